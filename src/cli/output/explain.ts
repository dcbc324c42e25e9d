import type { Step } from '../../decision/steps.ts';
import type { Explanation } from '../../decision/story.ts';
import type { CandidateEvaluation } from '../../evaluation/report.ts';
import { conditionsOf } from '../../plan/gate-metrics.ts';
import { formatCount, formatInstant } from '../../report/numbers.ts';
import { scoredByCommand } from '../../training/predict-command.ts';
import { renderCandidate } from './evaluation.ts';
import { renderGates } from './gates.ts';
import { paint, type Style, wrap } from './style.ts';
import { versionTone } from './verdict.ts';

/** Why a version is where it is, on one screen: the answer, its gates, who decided what, what makes it again, and whether all of that holds. */
export function renderExplanation(story: Explanation, style: Style): string {
  const { model, version, state, candidate, run, headline } = story;
  const strong = (text: string) => paint(style, 'strong', text);
  const head = `${strong(`${model} v${version}`)}  ${paint(style, versionTone(state), state)}  ${candidate} of ${run}`;
  return [
    `${head}\n${wrap(headline, style.width).join('\n')}`,
    ...(story.scoredBy
      ? [paint(style, 'warn', `${model} v${version} is ${scoredByCommand}: no gateway serves it.`)]
      : []),
    ...story.forced.map(({ at, by, via, reason, from, gates }) => {
      const said = `FORCED by ${by} (${via}) at ${formatInstant(at)}, when it was ${from}: "${reason}". Overruled: ${gates.join('; ') || 'the end of an earlier rollout'}.`;
      return wrap(said, style.width)
        .map((line) => paint(style, 'bad', line))
        .join('\n');
    }),
    evidence(story, style),
    `${strong('What happened')}\n${story.steps.map((step) => stepText(step, style)).join('\n')}`,
    `${strong('What reproduces it')}\n${recipe(story, style.width)}`,
    checkedText(story, style),
  ].join('\n\n');
}

function evidence({ evaluation, gates }: Explanation, style: Style): string {
  const title = paint(style, 'strong', 'Evidence');
  if (evaluation === null) {
    if (gates.length === 0) return `${title}  it was never evaluated`;
    return `${title}  the report is not in the store any more; the decision keeps its gates\n${renderGates(gates, { ...style, indent: 2 })}`;
  }
  const { holdoutRows, champion, own, beside } = evaluation;
  const leaks = (beside?.leaks ?? []).filter(({ severity }) => severity === 'critical');
  const against = champion ? `, against v${champion.version}, the champion of that day` : ', no champion yet';
  const head = `${title}  ${formatCount(holdoutRows)} held-out rows${against}`;
  const short = { ...own, comparisons: shortened(own), metrics: shortMetrics(own) };
  const warned = leaks.map(({ column, says }) =>
    paint(style, 'bad', `  leak: ${column === null ? '' : `${column} `}${says}`),
  );
  return [head, ...warned, renderCandidate(short, { champion }, style)].join('\n');
}

const metricsShown = 4;

/** One screen: the first metrics, and those that a gate looks at; `--json` and the card have all. */
function shortened({ comparisons, gates }: CandidateEvaluation): CandidateEvaluation['comparisons'] {
  const gated = gatedMetrics(gates);
  return comparisons.filter(({ metric }, at) => at < metricsShown || gated.has(metric));
}

function shortMetrics({ metrics, gates }: CandidateEvaluation): CandidateEvaluation['metrics'] {
  const gated = gatedMetrics(gates);
  const kept = Object.entries(metrics).filter(([metric], at) => at < metricsShown || gated.has(metric));
  return Object.fromEntries(kept);
}

function gatedMetrics(gates: CandidateEvaluation['gates']): ReadonlySet<string> {
  return new Set(conditionsOf(gates.map(({ gate }) => gate)).map(({ metric }) => metric));
}

function stepText({ at, what, verdict, by, via, reason, says }: Step, style: Style): string {
  const who = via === 'workflow' ? [] : [`by ${by} (${via})`];
  const more = [...who, ...says, ...(reason === '' ? [] : [`"${reason}"`])].join('; ');
  const when = formatInstant(at);
  const [first = '', ...rest] = wrap(`${when} ${what}: ${verdict}${more === '' ? '' : `; ${more}`}`, style.width - 5);
  const tone = what === 'override' ? 'bad' : 'strong';
  const told = first.replace(`${when} ${what}: ${verdict}`, `${when}  ${what}: ${paint(style, tone, verdict)}`);
  return [`  ${told}`, ...rest.map((line) => `    ${line}`)].join('\n');
}

function recipe(
  { recipe: { snapshot, seed, parameters, environment, artifactDigest } }: Explanation,
  width: number,
): string {
  const parts = [
    `snapshot ${snapshot}`,
    `seed ${seed}`,
    ...Object.entries(parameters).map(([name, value]) => `${name}=${JSON.stringify(value)}`),
    ...Object.entries(environment).map(([name, value]) => `${name} ${value}`),
    `artifact ${artifactDigest}`,
  ];
  return wrap(parts.join(', '), width - 2)
    .map((line) => `  ${line}`)
    .join('\n');
}

const evidenceWords = {
  intact: ['good', 'the evaluation in the store is the one that was decided on'],
  changed: ['bad', 'the evaluation in the store is NOT the one that was decided on'],
  missing: ['warn', 'the evaluation is not in the store any more'],
  unnamed: ['muted', 'the decision does not name the digest of its evaluation'],
  none: ['muted', 'it was never judged'],
} as const;

function checkedText({ checked }: Explanation, style: Style): string {
  const { evidence: state, derived, different, notDerivable } = checked;
  const [tone, words] = evidenceWords[state];
  const otherwise = different.length > 0 ? `; OTHERWISE: ${different.join('; ')}` : '';
  const kept = notDerivable > 0 ? `; ${notDerivable} keep too little for that` : '';
  const verdicts = `${derived - different.length} of ${derived} verdicts follow again from the stored figures`;
  const [first = '', ...rest] = wrap(`Checked  ${words}; ${verdicts}${otherwise}${kept}`, style.width - 2);
  const loud = different.length > 0 ? 'bad' : tone;
  const told = first.replace(/^Checked /, '');
  const head = `${paint(style, 'strong', 'Checked')}  ${paint(style, loud, told)}`;
  return [head, ...rest.map((line) => `  ${paint(style, loud, line)}`)].join('\n');
}
