import type { ColumnEvidence, Evidence } from '../src/monitor/evidence.ts';
import { explainShift, type Segments, type ShiftSegment, type ShiftTable } from '../src/monitor/explain-shift.ts';
import { shiftTarget } from '../src/monitor/shift-target.ts';
import type { PartitionProfile, ReferenceProfile } from '../src/profile/profile.ts';
import type { Profiles, SampledRows } from '../src/profile/profiles.ts';
import type { Champion } from './champion.ts';
import type { CheckRules } from './check-rules.ts';

interface Drifts {
  readonly champion: Champion;
  readonly evidence: Evidence;
  readonly choice: CheckRules['reference'];
  readonly reference: ReferenceProfile;
  /** The window's days, merged. */
  readonly current: PartitionProfile;
  readonly window: { readonly from: string; readonly to: string };
}

/** The worst are explained; the others are rarely read. */
const explained = 8;
/** Segments are looked for by so many columns, those of few names first. */
const slicedBy = 24;
/** Of each side: a segment of a hundredth still has hundreds of rows. */
const sampledRows = 40_000;

/**
 * Which rows the drifts are about. Only where something drifted are rows read again, and a sample of them.
 */
export async function explainDrifts(profiles: Profiles, drifts: Drifts): Promise<Segments> {
  const { champion, choice, reference, window, evidence, current } = drifts;
  const drifted = evidence.columns
    .filter((column) => column.drifted && isThere(column, current))
    .sort((a, b) => sizeOf(b) - sizeOf(a))
    .slice(0, explained);
  // The same weekdays of some weeks are no window that could be read.
  if (drifted.length === 0 || choice === 'same-weekday') return new Map();
  const by = slicers(reference.whole, evidence);
  const { file, base } = champion.plan;
  const columns = [...new Set([...drifted.map(({ column }) => column), ...by])];
  const request = { file, base, columns, atMost: sampledRows };
  const before = await profiles.sampleRows({
    ...request,
    of: choice === 'training' ? champion.snapshot : reference.window,
  });
  const table = joined(before, await profiles.sampleRows({ ...request, of: window }), columns);
  return new Map(
    drifted.flatMap(({ column, latest }): [string, readonly ShiftSegment[]][] => {
      const target = shiftTarget(column, latest, { reference: reference.whole, current });
      const segments = target === null ? [] : explainShift(table, target, by);
      return segments.length > 0 ? [[column, segments]] : [];
    }),
  );
}

function isThere({ column }: ColumnEvidence, { columns }: PartitionProfile): boolean {
  return (columns[column]?.present ?? 0) > 0;
}

function sizeOf({ latest }: ColumnEvidence): number {
  return Math.max(latest?.values?.effect?.size ?? 0, latest?.missing?.effect?.size ?? 0);
}

/** From here on a number has moved too far itself, certain or not: it would explain all that goes with the season. In standard deviations. */
const movedItself = 0.3;

function moved({ drifted, latest }: ColumnEvidence): boolean {
  return drifted || (latest?.values?.effect?.size ?? 0) >= movedItself;
}

function slicers({ columns }: PartitionProfile, evidence: Evidence): string[] {
  const usable = evidence.columns.filter((column) => column.kind === 'categorical' || !moved(column));
  const names = (column: string): number => {
    const profile = columns[column];
    return profile?.kind === 'categorical' ? profile.distinct : Number.POSITIVE_INFINITY;
  };
  return usable
    .map(({ column }) => column)
    .sort((a, b) => (names(a) === names(b) ? 0 : names(a) - names(b)))
    .slice(0, slicedBy);
}

function joined(before: SampledRows, now: SampledRows, columns: readonly string[]): ShiftTable {
  const empty = (rows: number): null[] => new Array<null>(rows).fill(null);
  const both = columns.map((name) => [
    name,
    [...(before.columns[name] ?? empty(before.rows)), ...(now.columns[name] ?? empty(now.rows))],
  ]);
  return { reference: before.rows, current: now.rows, columns: Object.fromEntries(both) };
}
