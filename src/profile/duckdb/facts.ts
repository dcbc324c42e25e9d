import type { Window } from '../../dataset/dataset.ts';
import { asNumber, asText } from '../../dataset/duckdb/casts.ts';
import type { Database, Row } from '../../dataset/duckdb/database.ts';
import { timestamp } from '../../dataset/duckdb/sql.ts';
import type { Task } from '../../plan/schema.ts';
import type { LabelFacts, NumericFacts, TimeFacts } from '../facts.ts';
import type { SourceRows } from './source-rows.ts';

const names = 100;

/**
 * Of all rows, also those outside the partition; `hours` of those inside.
 * @param byDay false where files hold many days: then rows of other days are in their place
 */
export async function timeFacts(
  database: Database,
  rows: SourceRows,
  { from, to }: Window,
  byDay = true,
): Promise<TimeFacts> {
  const [start, end] = [timestamp(from), timestamp(to)];
  const looked = byDay ? 'true' : `row_time IS NULL OR (row_time >= ${start} AND row_time < ${end})`;
  const [row] = await database.rows(`
    SELECT ${count('row_time IS NULL')} AS unreadable, ${count(`row_time < ${start}`)} AS "before", ${count(`row_time >= ${end}`)} AS "after",
           epoch_ms(min(row_time))::DOUBLE AS earliest, epoch_ms(max(row_time))::DOUBLE AS latest
    FROM ${rows.sql} WHERE ${looked}`);
  const byHour = await database.rows(
    `SELECT hour(row_time)::DOUBLE AS hour, count(*)::DOUBLE AS n FROM ${rows.sql} WHERE row_time >= ${start} AND row_time < ${end} GROUP BY 1`,
  );
  const hours = new Array<number>(24).fill(0);
  for (const { hour, n } of byHour) hours[Number(hour)] = Number(n);
  const [zones] = rows.tellsZones
    ? await database.rows(
        `SELECT ${count('time_zoned')} AS told, ${count('NOT time_zoned')} AS untold FROM ${rows.sql} WHERE row_time IS NOT NULL`,
      )
    : [];
  return {
    unreadable: numberAt(row, 'unreadable'),
    before: numberAt(row, 'before'),
    after: numberAt(row, 'after'),
    earliest: instant(row?.earliest),
    latest: instant(row?.latest),
    ...(zones ? { zones: { told: numberAt(zones, 'told'), untold: numberAt(zones, 'untold') } } : {}),
    hours,
  };
}

/** @param where SQL that is true for the rows of the partition */
export async function labelFacts(
  database: Database,
  rows: SourceRows,
  { column, task, where }: { readonly column: string; readonly task: Task; readonly where: string },
): Promise<LabelFacts | undefined> {
  const label = rows.columns.get(column);
  if (label === undefined) return undefined;
  const value =
    task === 'regression' ? asNumber(label.kind, label.sql) : `nullif(${asText(label.kind, label.sql)}, '')`;
  const range =
    task === 'regression'
      ? `, (avg(v) FILTER (WHERE abs(v) < 1e100))::DOUBLE AS mean, min(v)::DOUBLE AS low, max(v)::DOUBLE AS high`
      : '';
  const labels = `(SELECT ${value} AS v FROM ${rows.sql} WHERE ${where})`;
  const [row] = await database.rows(
    `SELECT count(v)::DOUBLE AS present, ${count('v IS NULL')} AS missing${range} FROM ${labels}`,
  );
  const classes =
    task === 'regression'
      ? []
      : await database.rows(
          `SELECT v, count(*)::DOUBLE AS n FROM ${labels} WHERE v IS NOT NULL GROUP BY v ORDER BY n DESC, v LIMIT ${names}`,
        );
  return {
    present: numberAt(row, 'present'),
    missing: numberAt(row, 'missing'),
    classes: Object.fromEntries(classes.map(({ v, n }) => [String(v), Number(n)])),
    mean: orNull(row?.mean),
    min: orNull(row?.low),
    max: orNull(row?.high),
  };
}

/** The most frequent texts of a numeric column that are no numbers, at most 3. */
export async function unreadableTexts(
  database: Database,
  rows: SourceRows,
  { column, where }: { readonly column: string; readonly where: string },
): Promise<readonly string[]> {
  const found = rows.columns.get(column);
  if (found === undefined) return [];
  const text = asText(found.kind, found.sql);
  const texts = await database.rows(`
    SELECT v, count(*) AS n FROM (SELECT ${text} AS v, ${asNumber(found.kind, found.sql)} AS number FROM ${rows.sql} WHERE ${where})
    WHERE v IS NOT NULL AND number IS NULL AND lower(v) NOT IN ('nan', '-nan', '+nan') GROUP BY v ORDER BY n DESC, v LIMIT 3`);
  return texts.map(({ v }) => String(v).slice(0, 40));
}

/** The most frequent finite value of a numeric column, the smallest of several. */
export async function modeOf(
  database: Database,
  rows: SourceRows,
  { column, where }: { readonly column: string; readonly where: string },
): Promise<NumericFacts['mode']> {
  const found = rows.columns.get(column);
  if (found === undefined) return undefined;
  const [row] = await database.rows(`
    SELECT v, count(*)::DOUBLE AS n FROM (SELECT ${asNumber(found.kind, found.sql)} AS v FROM ${rows.sql} WHERE ${where})
    WHERE isfinite(v) GROUP BY v ORDER BY n DESC, v LIMIT 1`);
  return row === undefined ? undefined : { value: Number(row.v), rows: Number(row.n) };
}

const count = (condition: string): string => `(count(*) FILTER (WHERE ${condition}))::DOUBLE`;
const numberAt = (row: Row | undefined, column: string): number => Number(row?.[column] ?? 0);
const orNull = (value: Row[string] | undefined): number | null => (typeof value === 'number' ? value : null);

function instant(value: Row[string] | undefined): string | null {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15 ? new Date(value).toISOString() : null;
}
