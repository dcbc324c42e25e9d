import type { Task } from '../../plan/schema.ts';
import { asNumber, asText, isNotNumber } from './casts.ts';
import type { Database } from './database.ts';
import type { SourceColumn } from './source-table.ts';

/** How the label of a table is written: `sql` has the plain type `type`. `unfit` says what no label of the task can be. */
export interface LabelSql {
  readonly sql: string;
  readonly type: 'BIGINT' | 'DOUBLE' | 'VARCHAR';
  readonly unfit: { readonly rows: number; readonly example: string } | null;
}

/**
 * Chooses the label's plain type: for regression DOUBLE; for classification BIGINT for booleans (0/1), whole numbers and text that spells
 * them, VARCHAR for names. Decided over all of `source_rows`, since CSV and JSON carry no types.
 */
export async function labelSql(database: Database, task: Task, column: SourceColumn): Promise<LabelSql> {
  if (task === 'regression') return regressionLabel(database, column);
  const { kind, sql } = column;
  if (kind === 'boolean') return { sql: `CAST(${sql} AS BIGINT)`, type: 'BIGINT', unfit: null };
  if (kind === 'number') return numberLabel(database, column);
  const value = asText(kind, sql);
  // The round trip keeps codes such as "007" apart from 7.
  const whole = `(CAST(TRY_CAST(${value} AS BIGINT) AS VARCHAR) = ${value})`;
  const truth = `(lower(${value}) IN ('true', 'false'))`;
  const [row] = await database.rows(
    `SELECT bool_and(coalesce(${whole}, false)) AS whole, bool_and(${truth}) AS truth FROM source_rows WHERE ${value} IS NOT NULL`,
  );
  if (row?.whole === true) return { sql: `TRY_CAST(${value} AS BIGINT)`, type: 'BIGINT', unfit: null };
  if (row?.truth === true) return { sql: `CAST(lower(${value}) = 'true' AS BIGINT)`, type: 'BIGINT', unfit: null };
  return { sql: value, type: 'VARCHAR', unfit: null };
}

async function regressionLabel(database: Database, { kind, sql }: SourceColumn): Promise<LabelSql> {
  const unfit = await unfitRows(database, isNotNumber(kind, sql), asText(kind, sql));
  return { sql: asNumber(kind, sql), type: 'DOUBLE', unfit };
}

async function numberLabel(database: Database, { kind, sql }: SourceColumn): Promise<LabelSql> {
  const value = asNumber(kind, sql);
  const unfit = await unfitRows(database, `(${value} <> trunc(${value}) OR isinf(${value}))`, asText(kind, sql));
  return unfit === null
    ? { sql: `CAST(${value} AS BIGINT)`, type: 'BIGINT', unfit }
    : { sql: value, type: 'DOUBLE', unfit };
}

async function unfitRows(database: Database, condition: string, value: string): Promise<LabelSql['unfit']> {
  const [row] = await database.rows(
    `SELECT CAST(count(*) AS DOUBLE) AS n, min(${value}) AS example FROM source_rows WHERE ${condition}`,
  );
  const rows = Number(row?.n ?? 0);
  return rows === 0 ? null : { rows, example: String(row?.example) };
}
