import type { Database } from '../../dataset/duckdb/database.ts';
import { text } from '../../dataset/duckdb/sql.ts';
import { type CategoricalProfile, keptNames } from '../profile.ts';
import { nameOf, type SourceColumn } from './source-rows.ts';
import { inBatches } from './stream.ts';

const columnsAtOnce = 32;

export interface NamedColumn {
  readonly name: string;
  readonly source: SourceColumn;
  /** Names that are kept however rare they are. */
  readonly kept: readonly string[];
}

/**
 * Counts the names of categorical columns, several columns to a query. DuckDB groups, and may spill.
 * @param total rows that `rows` holds
 */
export async function countNames(
  database: Database,
  rows: { readonly sql: string; readonly where: string },
  columns: readonly NamedColumn[],
  total: number,
): Promise<ReadonlyMap<string, CategoricalProfile>> {
  const profiles = new Map<string, CategoricalProfile>();
  for (const batch of inBatches(columns, columnsAtOnce)) {
    const wanted = batch.flatMap(({ kept }, at) => kept.map((name) => `(${at}, ${text(name)})`));
    await database.run(
      `CREATE OR REPLACE TEMP TABLE kept_names AS SELECT * FROM (VALUES ${["(-1, '')", ...wanted].join(', ')}) AS kept(column_at, name)`,
    );
    const answers = await database.rows(
      batch.map((column, at) => topNames(rows, column.source, at)).join(' UNION ALL '),
    );
    for (const [at, column] of batch.entries())
      profiles.set(
        column.name,
        profileOf(
          answers.filter((answer) => Number(answer.column_at) === at),
          column,
          total,
        ),
      );
  }
  return profiles;
}

function topNames(rows: { readonly sql: string; readonly where: string }, source: SourceColumn, at: number): string {
  const groups = `SELECT ${nameOf(source)} AS name, count(*) AS n FROM ${rows.sql} WHERE ${rows.where} GROUP BY 1`;
  const ranked = `SELECT name, n, row_number() OVER (ORDER BY n DESC, name) AS place, count(*) OVER () AS names,
      sum(n) OVER () AS present, coalesce(sum(n) FILTER (WHERE name <> trim(name)) OVER (), 0) AS spaced
    FROM (${groups}) WHERE name IS NOT NULL`;
  return `SELECT ${at} AS column_at, name, CAST(n AS DOUBLE) AS n, CAST(names AS DOUBLE) AS names, CAST(present AS DOUBLE) AS present,
      CAST(spaced AS DOUBLE) AS spaced
    FROM (${ranked}) WHERE place <= ${keptNames} OR name IN (SELECT name FROM kept_names WHERE column_at = ${at})`;
}

function profileOf(
  answers: readonly Readonly<Record<string, unknown>>[],
  { kept }: NamedColumn,
  total: number,
): CategoricalProfile {
  const present = Number(answers[0]?.present ?? 0);
  const counts = new Map(kept.map((name) => [name, 0]));
  for (const { name, n } of answers) counts.set(String(name), Number(n));
  const shown = [...counts.values()].reduce((sum, n) => sum + n, 0);
  return {
    kind: 'categorical',
    present,
    missing: total - present,
    counts: Object.fromEntries(counts),
    other: present - shown,
    distinct: Number(answers[0]?.names ?? 0),
    untidy: Number(answers[0]?.spaced ?? 0) + otherCase(counts, kept),
  };
}

/** Rows of names without spaces at their ends that the reference writes with other letters' case. */
function otherCase(counts: ReadonlyMap<string, number>, kept: readonly string[]): number {
  const known = new Set(kept);
  const lower = new Set(kept.map((name) => name.toLowerCase()));
  let rows = 0;
  for (const [name, n] of counts)
    if (!known.has(name) && name === name.trim() && lower.has(name.toLowerCase())) rows += n;
  return rows;
}
