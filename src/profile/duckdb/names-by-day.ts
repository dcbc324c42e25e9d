import type { Database } from '../../dataset/duckdb/database.ts';
import { text } from '../../dataset/duckdb/sql.ts';
import { commonNames } from '../cells.ts';
import type { CategoricalProfile } from '../profile.ts';
import { nameOf, type SourceColumn } from './source-rows.ts';

export interface NamesOfDay {
  readonly missing: number;
  /** As coarseCells makes them. */
  readonly cells: readonly number[];
}

/** Rows of each day (days since 1970) in the coarse cells of a categorical column. */
export async function namesByDay(
  database: Database,
  rows: { readonly sql: string; readonly where: string },
  source: SourceColumn,
  whole: CategoricalProfile,
): Promise<ReadonlyMap<number, NamesOfDay>> {
  const common = commonNames(whole);
  const cases = common.map((name, cell) => `WHEN ${text(name)} THEN ${cell}`).join(' ');
  const cell = common.length === 0 ? '0' : `CASE name ${cases} ELSE ${common.length} END`;
  const named = `SELECT CAST(epoch_ms(row_time) // 86400000 AS DOUBLE) AS day, ${nameOf(source)} AS name FROM ${rows.sql} WHERE ${rows.where}`;
  const answers = await database.rows(
    `SELECT day, CASE WHEN name IS NULL THEN -1 ELSE ${cell} END AS cell, CAST(count(*) AS DOUBLE) AS n FROM (${named}) GROUP BY 1, 2`,
  );
  const days = new Map<number, { missing: number; cells: number[] }>();
  for (const answer of answers) {
    const day = days.get(Number(answer.day)) ?? { missing: 0, cells: new Array<number>(common.length + 1).fill(0) };
    days.set(Number(answer.day), day);
    if (Number(answer.cell) < 0) day.missing = Number(answer.n);
    else day.cells[Number(answer.cell)] = Number(answer.n);
  }
  return days;
}
