import type { Behaviour, Change, MetricDifference, VersionDifference } from '../../decision/compare-versions.ts';
import {
  formatCount,
  formatInstant,
  formatInterval,
  formatNumber,
  formatShare,
  formatSigned,
} from '../../report/numbers.ts';
import { paint, type Style } from './style.ts';
import { renderTable } from './table.ts';

/** Part by part; what is the same in both is said in one word. */
export function renderDifference(difference: VersionDifference, style: Style): string {
  const { model, from, to, data, code, parameters, environment, metrics, behaviour } = difference;
  const head = [from, to].map(
    ({ version, candidate, run, state, createdAt }) =>
      `${paint(style, 'strong', `${model} v${version}`)}  ${state}  ${candidate} of ${run}, ${formatInstant(createdAt)}`,
  );
  const part = (title: string, changes: readonly Change[]) => `${paint(style, 'strong', title)}${body(changes, style)}`;
  return [
    [paint(style, 'muted', `two versions of ${model}`), ...head].join('\n'),
    part('Data', data),
    part('Code', code),
    part('Parameters', parameters),
    part('Environment', environment),
    metricPart(metrics, difference, style),
    behaviourPart(behaviour, style),
  ].join('\n\n');
}

function body(changes: readonly Change[], style: Style): string {
  if (changes.length === 0) return '  the same';
  const columns = [
    { title: '', shrinkTo: 12 },
    { title: 'from', shrinkTo: 12, folds: true },
    { title: 'to', shrinkTo: 12, folds: true },
  ] as const;
  const rows = changes.map(({ what, from, to }) => [what, short(what, from), short(what, to)]);
  return `\n${renderTable(columns, rows, { ...style, indent: 2 })}`;
}

/** Digests are known by their beginning, midnights by their day. */
function short(what: string, value: string | null): string {
  if (value === null) return '–';
  if (/^(sha256:)?[0-9a-f]{40,}$/.test(value)) return `${value.replace('sha256:', '').slice(0, 12)}…`;
  if (what === 'missing days') return daysText(value.split(', '));
  if (/\brows\b/.test(what) && /^\d+$/.test(value)) return formatCount(Number(value));
  return value.replaceAll(/T00:00:00(\.0+)?Z/g, '').replace(/^"([^"\\]*)"$/, '$1');
}

const daysShown = 3;

function daysText(days: readonly string[]): string {
  if (days.length <= daysShown) return days.join(', ');
  return `${formatCount(days.length)}, from ${days[0]} to ${days.at(-1)}`;
}

function metricPart({ sameRows, rows }: MetricDifference, { from, to }: VersionDifference, style: Style): string {
  const title = paint(style, 'strong', 'Metrics');
  if (rows.length === 0) return `${title}  none are kept`;
  const where = sameRows ? 'on the same rows' : 'each on its own hold-out: the rows are not the same';
  const columns = [
    { title: 'metric', shrinkTo: 12 },
    { title: `v${from.version}`, align: 'right' },
    { title: `v${to.version}`, align: 'right' },
    { title: 'difference', align: 'right' },
    { title: sameRows ? 'interval' : '' },
  ] as const;
  const lines = rows.map(({ metric, from: before, to: after, difference, interval }) => [
    ...[metric, formatNumber(before), formatNumber(after), formatSigned(difference), formatInterval(interval)],
  ]);
  return `${title}  ${where}\n${renderTable(columns, lines, { ...style, indent: 2 })}`;
}

function behaviourPart(behaviour: Behaviour | null, style: Style): string {
  const title = paint(style, 'strong', 'Behaviour');
  if (behaviour === null) return `${title}  the answers of both to common rows are not kept`;
  const { rows, flipped, meanChange, largestChange, examples } = behaviour;
  const flips = flipped === null ? '' : `${formatCount(flipped)} answered otherwise (${formatShare(flipped / rows)}), `;
  const head = `${title}  ${formatCount(rows)} common rows: ${flips}the score moves by ${formatNumber(meanChange)} on average, ${formatNumber(largestChange)} at most`;
  const columns = [
    { title: 'moved most' },
    { title: 'from', align: 'right' },
    { title: 'to', align: 'right' },
  ] as const;
  const lines = examples.map(({ id, from, to }) => [id, formatNumber(from), formatNumber(to)]);
  return lines.length === 0 ? head : `${head}\n${renderTable(columns, lines, { ...style, indent: 2 })}`;
}
