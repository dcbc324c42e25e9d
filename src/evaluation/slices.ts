import { type Evidence, gatherEvidence, type Holdout, whyTooLittle } from './evidence.ts';
import type { ScoresLike } from './metric-set.ts';

export interface SliceEvidence {
  readonly column: string;
  readonly value: string;
  readonly evidence: Evidence;
}

export interface SlicePart {
  readonly value: string;
  readonly rows: Int32Array;
}

/** Evidence per value of a column, most rows first. */
export async function gatherSlices(request: {
  readonly holdout: Holdout;
  readonly column: string;
  readonly values: readonly (string | number | null)[];
  readonly scores: readonly (ScoresLike | null)[];
  readonly custom?: Parameters<typeof gatherEvidence>[0]['custom'];
  readonly yieldNow?: (() => Promise<void>) | undefined;
}): Promise<SliceEvidence[]> {
  const { column, values, ...rest } = request;
  const slices: SliceEvidence[] = [];
  for (const { value, rows } of partition(request.holdout, values))
    slices.push({ column, value, evidence: await gatherEvidence({ ...rest, rows }) });
  return slices;
}

/**
 * Rows by value. Values too small to be judged by themselves are judged together, because together they may hold many rows, and a gate that
 * left them out would be passed by harming every small group.
 */
export function partition(holdout: Holdout, values: readonly (string | number | null)[]): SlicePart[] {
  const groups = new Map<string, number[]>();
  values.forEach((value, row) => {
    const name = value === null ? '(missing)' : String(value);
    const rows = groups.get(name);
    if (rows) rows.push(row);
    else groups.set(name, [row]);
  });
  const parts = [...groups].map(([value, rows]) => ({ value, rows: Int32Array.from(rows) }));
  const judged = parts.filter(({ rows }) => whyTooLittle(holdout, rows) === null);
  const small = parts.filter(({ rows }) => whyTooLittle(holdout, rows) !== null);
  judged.sort((a, b) => b.rows.length - a.rows.length || (a.value < b.value ? -1 : 1));
  return [...judged, ...together(small)];
}

function together(small: readonly SlicePart[]): readonly SlicePart[] {
  if (small.length < 2) return small;
  const rows = Int32Array.from(small.flatMap((part) => [...part.rows])).sort();
  return [{ value: `(${small.length} small values)`, rows }];
}
