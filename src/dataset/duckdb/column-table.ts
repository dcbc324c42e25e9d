import type { ColumnTable } from '../dataset.ts';
import { asNumber, asText, asTimestamp, type ColumnKind, kindOf } from './casts.ts';
import type { Database } from './database.ts';
import { ident } from './sql.ts';

/** Runs a query whose columns are DOUBLE or VARCHAR and gathers them, chunk by chunk, into plain arrays. */
export async function readTable(database: Database, sql: string): Promise<ColumnTable> {
  const result = await database.connection.stream(sql);
  const names = result.columnNames();
  const columns = names.map((): (number | string | null)[] => []);
  let rows = 0;
  for await (const chunk of result) {
    rows += chunk.rowCount;
    for (const [index, values] of columns.entries()) {
      const vector = chunk.getColumnVector(index);
      for (let row = 0; row < chunk.rowCount; row++) values.push(vector.getItem(row) as number | string | null);
    }
  }
  return { rows, columns: Object.fromEntries(names.map((name, index) => [name, columns[index] ?? []])) };
}

/** SQL for any column as a plain value: numbers and booleans as DOUBLE, times as ISO text, the rest as text. */
export function plainValue(type: string, column: string): string {
  const kind = kindOf(type);
  if (type === 'DATE') return asText(kind, column);
  if (kind === 'number' || kind === 'boolean') return asNumber(kind, column);
  return kind === 'time' || kind === 'zoned-time' ? isoText(asTimestamp(kind, column) ?? 'NULL') : asText(kind, column);
}

/** SQL for a TIMESTAMP in UTC as ISO text with milliseconds. */
export function isoText(value: string): string {
  return `strftime(${value}, '%Y-%m-%dT%H:%M:%S.%gZ')`;
}

/** SQL for a declared feature's value; what does not fit the declared type is null. */
export function featureValue(type: 'numeric' | 'categorical', kind: ColumnKind, column: string): string {
  return type === 'numeric' ? asNumber(kind, column) : asText(kind, column);
}

/** One column of a select list. */
export function as(value: string, name: string): string {
  return `${value} AS ${ident(name)}`;
}
