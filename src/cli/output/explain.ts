import type { Decision, VersionDetail } from '../../api/wire.ts';
import { formatCount, formatInstant } from '../../report/numbers.ts';
import { renderCandidate } from './evaluation.ts';
import { renderEvents } from './history.ts';
import { paint, type Style, wrap } from './style.ts';
import { versionTone } from './verdict.ts';

/** Why a version is what it is: its gates as they were judged, who decided, what happened to it, what reproduces it. */
export function renderExplanation({ version, evaluation, decisions, events }: VersionDetail, style: Style): string {
  const { model, version: number, state, candidate, run } = version;
  const strong = (text: string) => paint(style, 'strong', text);
  const head = `${strong(`${model} v${number}`)}  ${paint(style, versionTone(state), state)}  ${candidate} of ${run}`;
  const own = evaluation?.candidates.find((each) => each.version === number);
  const judged =
    own && evaluation
      ? `${strong('Evidence')}  ${formatCount(evaluation.holdoutRows)} held-out rows${championText(evaluation.champion)}\n${renderCandidate(own, evaluation, style)}`
      : 'It was never evaluated, or the report is not in the store any more.';
  const indented = { ...style, indent: 2 };
  return [
    head,
    judged,
    ...(decisions.length > 0
      ? [`${strong('Decisions')}\n${decisions.map((each) => decisionText(each, style)).join('\n')}`]
      : []),
    ...(events.length > 0 ? [`${strong('What happened to it')}\n${renderEvents(events, indented)}`] : []),
    `${strong('What reproduces it')}\n${recipe(version)}`,
  ].join('\n\n');
}

const championText = (champion: { readonly version: number } | null) =>
  champion ? `, against v${champion.version}, the champion of that day` : ', no champion yet';

function decisionText({ at, kind, verdict, by, reason }: Decision, style: Style): string {
  const head = `  ${formatInstant(at)}  ${kind}: ${verdict}, by ${by.name} (${by.via})`;
  const why = reason ? wrap(reason, style.width - 4).map((line) => `    ${line}`) : [];
  return [head, ...why].join('\n');
}

function recipe({ snapshot, seed, parameters, environment, artifactDigest }: VersionDetail['version']): string {
  const values = Object.entries(parameters).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const rows: readonly (readonly [string, string])[] = [
    ['snapshot', snapshot],
    ['seed', String(seed)],
    ['parameters', values.join(' ') || 'none'],
    ...Object.entries(environment),
    ['artifact', artifactDigest],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}
