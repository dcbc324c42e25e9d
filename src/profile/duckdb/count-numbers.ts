import type { Database } from '../../dataset/duckdb/database.ts';
import { emptyTally, type NumericTally, tallyUnreadable, tallyValues } from '../numeric-tally.ts';
import { numberOf, type SourceColumn } from './source-rows.ts';
import { inBatches, streamDoubles } from './stream.ts';

const columnsAtOnce = 64;

export interface CountedColumn {
  readonly name: string;
  readonly source: SourceColumn;
  readonly edges: readonly number[];
  /** That the model file declares. */
  readonly range?: readonly [number, number] | undefined;
}

/**
 * Counts numeric columns, whole or, with `days`, by day.
 * @param days first UTC day (days since 1970) and how many; each column then has one tally for each
 * @param done gets the tallies of a column as soon as they are whole; they are dropped afterwards
 */
export async function countNumbers(
  database: Database,
  rows: { readonly sql: string; readonly where: string },
  columns: readonly CountedColumn[],
  done: (column: CountedColumn, tallies: readonly NumericTally[]) => void,
  days: { readonly first: number; readonly count: number } = { first: 0, count: 1 },
): Promise<void> {
  const byDay = days.count > 1;
  for (const batch of inBatches(columns, columnsAtOnce)) {
    const list: string[] = byDay ? [`CAST(epoch_ms(row_time) // 86400000 - ${days.first} AS DOUBLE)`] : [];
    const counted = batch.map((column) => {
      const { value, unreadable } = numberOf(column.source);
      const at = list.push(value) - 1;
      const edges = Float64Array.from(column.edges);
      const tallies = Array.from({ length: days.count }, () => emptyTally(edges, column.range));
      return { column, at, unreadable: unreadable === null ? null : list.push(unreadable) - 1, edges, tallies };
    });
    await streamDoubles(database, `SELECT ${list.join(', ')} FROM ${rows.sql} WHERE ${rows.where}`, (values, n) => {
      for (const { day, from, to } of byDay ? runsOf(values[0] as Float64Array, n) : [{ day: 0, from: 0, to: n }]) {
        for (const { at, unreadable, edges, tallies } of counted) {
          const tally = tallies[day] as NumericTally;
          tallyValues(tally, edges, values[at] as Float64Array, from, to);
          if (unreadable !== null) tallyUnreadable(tally, sum(values[unreadable] as Float64Array, from, to));
        }
      }
    });
    for (const { column, tallies } of counted) done(column, tallies);
  }
}

/** Rows come nearly in order of time, so that a chunk holds few runs of one day. */
function runsOf(
  days: Float64Array,
  rows: number,
): { readonly day: number; readonly from: number; readonly to: number }[] {
  const runs: { day: number; from: number; to: number }[] = [];
  for (let from = 0; from < rows; ) {
    const day = days[from] as number;
    let to = from + 1;
    while (to < rows && days[to] === day) to += 1;
    runs.push({ day, from, to });
    from = to;
  }
  return runs;
}

function sum(values: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let at = from; at < to; at += 1) total += values[at] as number;
  return total;
}
