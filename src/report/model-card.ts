import type { Step } from '../decision/steps.ts';
import type { Explanation } from '../decision/story.ts';
import type { GateResult } from '../evaluation/report.ts';
import { scoredByCommand } from '../training/predict-command.ts';
import { formatCount, formatInstant, formatInterval, formatNumber, formatSigned } from './numbers.ts';
import { thresholdWords } from './threshold-words.ts';

/** A version on one page of Markdown: what it is, why it is where it is, how good, for whom, on what data, and how it is made again. */
export function modelCard(story: Explanation): string {
  const { model, version, state, headline, forced } = story;
  const marks = forced.map(
    ({ at, by, via, reason, gates }) =>
      `> **FORCED PAST ITS GATES** by ${plain(by)} (${via}) at ${formatInstant(at)} UTC: “${plain(reason)}”. Overruled: ${gates.map(plain).join('; ') || 'the end of an earlier rollout'}.`,
  );
  const parts = [
    `# ${model} v${version} — ${state}`,
    ...marks,
    plain(headline),
    section('What it is', details(story)),
    ...(story.evaluation ? [section('How good it is', metrics(story.evaluation)), ...slices(story)] : []),
    section('What it had to prove', gateTable(story.gates)),
    section('What happened', story.steps.map(stepLine).join('\n')),
    section('How it is made again', recipe(story)),
    section('What to know before relying on it', caveats(story)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function section(title: string, body: string): string {
  return `## ${title}\n\n${body}`;
}

function details({ task, features, candidate, run, asked, scoredBy, recipe: { snapshot } }: Explanation): string {
  return rows([
    ['task', task],
    ['candidate', `\`${candidate}\` of run \`${run}\``],
    ['asked for by', `${plain(asked.by)} (${asked.kind})${asked.reason ? `: “${plain(asked.reason)}”` : ''}`],
    ...(scoredBy ? ([['answers', `**${scoredByCommand}**; no gateway serves it`]] as const) : []),
    ['data', `snapshot \`${snapshot}\``],
    ['inputs', `${features.length}: ${features.map((name) => `\`${name}\``).join(', ')}`],
  ]);
}

function metrics({ own, champion, holdoutRows }: NonNullable<Explanation['evaluation']>): string {
  const against = champion ? `beside v${champion.version}, the champion of that day` : 'there was no champion yet';
  const decides = thresholdWords(own, champion);
  const how = decides ? ` Measured as it ${decides}.` : '';
  const head = `On ${formatCount(holdoutRows)} rows that no trainer had seen, ${against}.${how}\n\n`;
  if (!champion)
    return (
      head +
      table(
        ['metric', 'value'],
        Object.entries(own.metrics).map(([name, value]) => [name, formatNumber(value)]),
      )
    );
  const lines = own.comparisons.map(({ metric, challenger, champion: other, difference, interval }) => [
    ...[metric, formatNumber(other), formatNumber(challenger), formatSigned(difference), formatInterval(interval)],
  ]);
  return head + table(['metric', `v${champion.version}`, 'this version', 'difference', 'interval'], lines);
}

const slicesShown = 12;

function slices({ evaluation }: Explanation): string[] {
  const found = evaluation?.own.slices ?? [];
  if (found.length === 0) return [];
  const lines = found
    .slice(0, slicesShown)
    .map(({ column, value, n, comparisons: [first] }) => [
      ...[`${column} = ${plain(value)}`, formatCount(n), formatNumber(first?.challenger ?? null)],
      ...[formatSigned(first?.difference ?? null), formatInterval(first?.interval ?? null)],
    ]);
  const metric = found[0]?.comparisons[0]?.metric ?? 'value';
  const more = found.length > slicesShown ? `\n\n${found.length - slicesShown} more in the report.` : '';
  return [section('For whom', table(['slice', 'rows', metric, 'difference', 'interval'], lines) + more)];
}

function gateTable(gates: readonly GateResult[]): string {
  if (gates.length === 0) return 'No gates are kept.';
  const lines = gates.map(({ name, gate, verdict, value, interval, n, counterfactual, note }) => [
    plain(name),
    formatNumber(value),
    formatInterval(interval, 'versus' in gate && gate.versus !== undefined),
    formatCount(n),
    gate.dryRun ? `${verdict} (only reported)` : `**${verdict}**`,
    [counterfactual, note ?? '']
      .filter((words) => words !== '')
      .map(plain)
      .join('; '),
  ]);
  return table(['gate', 'value', 'interval', 'rows', 'verdict', ''], lines);
}

function stepLine({ at, what, verdict, by, via, reason, says }: Step): string {
  const who = via === 'workflow' ? '' : ` by ${plain(by)} (${via})`;
  const more = [...says.map(plain), ...(reason ? [`“${plain(reason)}”`] : [])].join('; ');
  return `- ${formatInstant(at)} UTC — ${what}: **${verdict}**${who}${more ? `; ${more}` : ''}`;
}

function recipe({ recipe: { seed, parameters, environment, artifactDigest } }: Explanation): string {
  return rows([
    ['seed', String(seed)],
    ['parameters', `\`${JSON.stringify(parameters)}\``],
    ...Object.entries(environment).map(([name, value]): [string, string] => [name, `\`${value}\``]),
    ['sha256 of the artifact', `\`${artifactDigest}\``],
  ]);
}

function caveats({ evaluation, checked, gates }: Explanation): string {
  const small = (evaluation?.own.slices ?? []).filter(({ comparisons: [first] }) => first?.interval === null).length;
  const open = gates.filter(({ verdict }) => verdict === 'inconclusive').length;
  return [
    ...(open > 0 ? [`- ${open} of its gates could not decide.`] : []),
    ...(small > 0 ? [`- In ${small} slices there are too few rows, or no champion, to say how it compares.`] : []),
    `- It is judged by data like that of its hold-out; drift is watched by the checks of the model.`,
    evidenceLine(checked),
  ].join('\n');
}

function evidenceLine({ evidence, derived, different, notDerivable }: Explanation['checked']): string {
  const words = {
    intact: 'The stored evaluation is the one that was decided on',
    changed: '**The stored evaluation is not the one that was decided on**',
    missing: 'The evaluation is not in the store any more',
    unnamed: 'The decision does not name the digest of its evaluation',
    none: 'It was never judged',
  }[evidence];
  const others =
    different.length > 0 ? `, **${different.length} come out otherwise**: ${different.map(plain).join('; ')}` : '';
  const kept = notDerivable > 0 ? `; ${notDerivable} keep too little for that` : '';
  return `- ${words}; ${derived - different.length} of ${derived} verdicts follow from the stored figures${others}${kept}.`;
}

function rows(pairs: readonly (readonly [string, string])[]): string {
  return table(['', ''], pairs);
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...lines.map(line)].join('\n');
}

/** What people and data say must not become markup, nor break a row. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_<>#[\]]/g, (mark) => `\\${mark}`);
}
