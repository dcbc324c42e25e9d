import type { Finding, Severity } from '../alarm/finding.ts';
import { rowsOf } from './column-measure.ts';
import type { ColumnComparison } from './comparison.ts';
import { percent, shareOf, short } from './measured-column.ts';

type Compared = Omit<ColumnComparison, 'drifted' | 'findings'>;

/** What is wrong with the current side of a column whether or not its distribution moved. */
export function columnFaults(column: Compared): Finding[] {
  return rules.flatMap((rule) => rule(column));
}

const rules: readonly ((column: Compared) => Finding[])[] = [
  laterTimes,
  allMissing,
  unreadable,
  constant,
  farOutside,
  infinite,
  appeared,
  vanished,
];

/** A single new name in ten thousand rows is life, not news. */
const newsworthyShare = 0.001;

function allMissing({ column, reference, current }: Compared): Finding[] {
  if (rowsOf(current) === 0 || reference.present === 0 || current.present > 0 || current.unreadable > 0) return [];
  return [fault('all-missing', column, 'critical', 1, 'no value at all, though the reference has some')];
}

function unreadable({ column, kind, reference, current }: Compared): Finding[] {
  const share = shareOf(current.unreadable, rowsOf(current));
  if (share <= shareOf(reference.unreadable, rowsOf(reference))) return [];
  const says = `${percent(share)} of rows do not hold a ${kind} value`;
  return [fault('unreadable-values', column, share >= 0.5 ? 'critical' : 'warning', share, says)];
}

function constant({ column, reference, current }: Compared): Finding[] {
  const [before, now] = [reference.numbers, current.numbers];
  if (before === null || now === null || current.present < 2) return [];
  if (now.min !== now.max || before.min === before.max) return [];
  return [fault('constant-column', column, 'warning', 1, `always ${short(now.min)}, though the reference varies`)];
}

/** No tail reaches so far: bytes that were damaged, or a number without its decimal point. A few of them move no distribution. */
function farOutside({ column, kind, reference, current }: Compared): Finding[] {
  const [before, now] = [reference.numbers, current.numbers];
  if (kind !== 'numeric' || before === null || now === null || before.max === before.min) return [];
  const reach = farSpans * (before.max - before.min);
  const extreme = now.max > before.max + reach ? now.max : now.min < before.min - reach ? now.min : null;
  if (extreme === null) return [];
  const says = `values as far out as ${short(extreme)}, the reference lies between ${short(before.min)} and ${short(before.max)}`;
  return [fault('outside-learnt-range', column, 'warning', 1, says)];
}

const farSpans = 1_000;

/** A clock always moves on: told, and no drift. */
function laterTimes({ column, kind, reference, current, tests }: Compared): Finding[] {
  const [before, now] = [reference.numbers, current.numbers];
  if (kind !== 'datetime' || before === null || now === null) return [];
  if (tests.some(({ name, adjustedP }) => name === 'ks' && adjustedP !== null)) return [];
  const says = `from ${day(now.min)} to ${day(now.max)}, the reference from ${day(before.min)} to ${day(before.max)}`;
  return [fault('later-times', column, 'info', 0, says)];
}

function day(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? short(seconds) : date.toISOString().slice(0, 10);
}

function infinite({ column, reference, current }: Compared): Finding[] {
  const [before, now] = [reference.numbers?.infinite ?? 0, current.numbers?.infinite ?? 0];
  if (now === 0 || before > 0) return [];
  const share = shareOf(now, current.present);
  return [
    fault(
      'infinite-values',
      column,
      'warning',
      share,
      `${now} infinite value${now === 1 ? '' : 's'}, the reference has none`,
    ),
  ];
}

function appeared({ column, categories, reference }: Compared): Finding[] {
  const { names, share, byChance } = categories.appeared;
  if (names.length === 0 || reference.present === 0) return [];
  const severity = share >= newsworthyShare && share > byChance ? 'warning' : 'info';
  return [fault('new-category', column, severity, share, `new: ${someOf(names)}${shareWords(share)}`)];
}

function vanished({ column, categories, current }: Compared): Finding[] {
  const { names, share, byChance } = categories.vanished;
  if (names.length === 0 || current.present === 0) return [];
  // Of names that had fewer than ten expected rows nothing can be said.
  const missed = share * current.present >= 10 && share >= vanishedShare && share > byChance;
  const says = `gone: ${someOf(names)}${shareWords(share)}`;
  return [fault('vanished-category', column, missed ? 'warning' : 'info', share, says)];
}

const vanishedShare = 0.01;

function shareWords(share: number): string {
  return share > 0 ? ` (${percent(share)} of rows)` : '';
}

function someOf(names: readonly string[]): string {
  return `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
}

function fault(code: string, column: string, severity: Severity, size: number, says: string): Finding {
  return { kind: 'quality', code, column, segment: null, severity, size, says };
}
