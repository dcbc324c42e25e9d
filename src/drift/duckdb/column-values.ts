import { asText, asTimestamp, kindOf } from '../../dataset/duckdb/casts.ts';
import { ident } from '../../dataset/duckdb/sql.ts';
import type { ComparedKind } from '../comparison.ts';
import type { OpenTable } from './open-table.ts';

/** SQL of a column of one side, for the kind as which both sides are compared. */
export interface ColumnSql {
  readonly column: string;
  /** DOUBLE, or VARCHAR for categories and booleans; null where it is missing or unreadable. */
  readonly value: string;
  /** True where the row holds no value; null where every row without a value is missing. */
  readonly missing: string | null;
}

export function columnSql(table: OpenTable, column: string, kind: ComparedKind): ColumnSql {
  return { column, ...valueSql(table, column, kind) };
}

function valueSql(table: OpenTable, column: string, kind: ComparedKind): Omit<ColumnSql, 'column'> {
  const [name, own] = [ident(column), kindOf(table.types.get(column) ?? '')];
  const text = asText(own, name);
  const isText = own === 'text' || own === 'json';
  const blank = `(${text} IS NULL OR ${text} = '')`;
  if (kind === 'categorical') return { value: `nullif(${text}, '')`, missing: null };
  if (kind === 'text') return { value: `CAST(length(nullif(${text}, '')) AS DOUBLE)`, missing: null };
  if (kind === 'boolean') {
    if (own === 'boolean') return { value: `CAST(${name} AS VARCHAR)`, missing: null };
    return { value: `CAST(TRY_CAST(${text} AS BOOLEAN) AS VARCHAR)`, missing: blank };
  }
  if (kind === 'datetime') {
    const time = asTimestamp(own, name);
    if (time === null) return { value: 'CAST(NULL AS DOUBLE)', missing: `${name} IS NULL` };
    const value = `CASE WHEN isfinite(${time}) THEN epoch_us(${time}) / 1e6 END`;
    return { value, missing: isText ? blank : `${name} IS NULL` };
  }
  if (own === 'number' || own === 'boolean') return { value: `CAST(${name} AS DOUBLE)`, missing: null };
  if (!isText) return { value: 'CAST(NULL AS DOUBLE)', missing: `${name} IS NULL` };
  return { value: `TRY_CAST(${text} AS DOUBLE)`, missing: `(${blank} OR lower(${text}) = 'nan')` };
}

/** SQL of what holds these columns, whatever their sides are made of. */
export function fromOf(table: OpenTable, columns: readonly ColumnSql[]): string {
  return table.from(columns.map(({ column }) => column));
}
