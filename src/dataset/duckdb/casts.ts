/** How a source column's values can be turned into a snapshot's plain types. */
export type ColumnKind = 'number' | 'boolean' | 'text' | 'json' | 'time' | 'zoned-time' | 'other';

const numberType = /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL\(.*\))$/;
const textType = /^(VARCHAR|UUID|ENUM\(.*\)|"NULL")$/;
const timeType = /^(DATE|TIMESTAMP(_S|_MS|_NS)?)$/;

/** The kind of a DuckDB type name as DESCRIBE prints it. */
export function kindOf(type: string): ColumnKind {
  if (numberType.test(type)) return 'number';
  if (textType.test(type)) return 'text';
  if (timeType.test(type)) return 'time';
  if (type === 'TIMESTAMP WITH TIME ZONE') return 'zoned-time';
  if (type === 'BOOLEAN') return 'boolean';
  if (type === 'JSON') return 'json';
  return 'other';
}

/** SQL for a value as VARCHAR. */
export function asText(kind: ColumnKind, column: string): string {
  // A cast would keep the quotes of a JSON string.
  return kind === 'json' ? `(${column} ->> '$')` : `CAST(${column} AS VARCHAR)`;
}

/** SQL for a value as DOUBLE, null where it is not a number. NaN is how some writers say missing, so it is null too. */
export function asNumber(kind: ColumnKind, column: string): string {
  const value = toDouble(kind, column);
  return value === null ? 'CAST(NULL AS DOUBLE)' : `CASE WHEN isnan(${value}) THEN NULL ELSE ${value} END`;
}

/** SQL for a value as TIMESTAMP in UTC, null where it cannot be read; `null` for types that hold no time at all. */
export function asTimestamp(kind: ColumnKind, column: string): string | null {
  if (kind === 'time' || kind === 'zoned-time') return `CAST(${column} AS TIMESTAMP)`;
  // By way of the zoned type, so that an offset in the text is obeyed; text without one is UTC, the session's zone.
  if (kind === 'text' || kind === 'json') return `CAST(TRY_CAST(${asText(kind, column)} AS TIMESTAMPTZ) AS TIMESTAMP)`;
  return null;
}

/** SQL that is true for a time, written as text, that tells its zone. */
export function tellsZone(text: string): string {
  return `(regexp_matches(${text}, '(Z|[+-]\\d{2}(:?\\d{2})?)$') AND ${text} LIKE '%:%')`;
}

/** SQL that is true where there is a value that is not a number. */
export function isNotNumber(kind: ColumnKind, column: string): string {
  const value = toDouble(kind, column);
  return value === null ? `${column} IS NOT NULL` : `(${asText(kind, column)} IS NOT NULL AND ${value} IS NULL)`;
}

function toDouble(kind: ColumnKind, column: string): string | null {
  if (kind === 'number' || kind === 'boolean') return `CAST(${column} AS DOUBLE)`;
  if (kind === 'text' || kind === 'json') return `TRY_CAST(${asText(kind, column)} AS DOUBLE)`;
  return null;
}
