import { PerennialError } from '../../errors/error.ts';
import type { ColumnRoles } from '../columns.ts';
import type { SnapshotManifest } from '../dataset.ts';
import { snapshotParts } from '../manifest.ts';
import { asText, isNotNumber } from './casts.ts';
import type { Database } from './database.ts';
import type { LabelSql } from './label.ts';
import { type SourceColumn, timeSql } from './source-table.ts';

/** @throws PRN-DATASET-006 when a row of the source has no time, or one that cannot be read */
export async function checkTimes(database: Database, time: SourceColumn): Promise<void> {
  const value = asText(time.kind, time.sql);
  const [row] = await database.rows(
    `SELECT CAST(count(*) AS DOUBLE) AS n, min(${value}) AS example FROM source_rows WHERE ${timeSql} IS NULL`,
  );
  const rows = Number(row?.n ?? 0);
  if (rows === 0) return;
  const example = row?.example === null ? 'they are empty' : `for example ${JSON.stringify(String(row?.example))}`;
  throw new PerennialError('PRN-DATASET-006', {
    message: `the time column "${time.name}" holds no timestamp in ${counted(rows)}: ${example}`,
    details: { column: time.name, rows },
  });
}

/** @throws PRN-DATASET-007 when a feature that was declared as numeric holds text */
export async function checkNumbers(
  database: Database,
  roles: ColumnRoles,
  columns: ReadonlyMap<string, SourceColumn>,
): Promise<void> {
  const suspects = roles.features
    .filter(({ type }) => type === 'numeric')
    .flatMap(({ name }) => columns.get(name) ?? [])
    .filter(({ kind }) => kind !== 'number' && kind !== 'boolean');
  if (suspects.length === 0) return;
  const tallies = suspects.flatMap(({ kind, sql }, index) => {
    const bad = isNotNumber(kind, sql);
    return [
      `CAST(count(*) FILTER (WHERE ${bad}) AS DOUBLE) AS n${index}`,
      `min(${asText(kind, sql)}) FILTER (WHERE ${bad}) AS example${index}`,
    ];
  });
  const [row] = await database.rows(`SELECT ${tallies.join(', ')} FROM source_rows WHERE ${timeSql} IS NOT NULL`);
  const bad = suspects
    .map(({ name, type }, index) => ({
      name,
      type,
      rows: Number(row?.[`n${index}`]),
      example: row?.[`example${index}`],
    }))
    .filter(({ rows }) => rows > 0);
  if (bad.length === 0) return;
  const described = bad.map(
    ({ name, type, rows, example }) => `"${name}" (${type}: ${JSON.stringify(example)} in ${counted(rows)})`,
  );
  throw new PerennialError('PRN-DATASET-007', {
    message: `declared as numeric, but holding other values: ${described.join(', ')}`,
    details: { columns: bad.map(({ name }) => name) },
  });
}

/** @throws PRN-DATASET-008 when labels do not fit the task */
export function checkLabel(label: LabelSql, { name, task }: { readonly name: string; readonly task: string }): void {
  if (label.unfit === null) return;
  const { rows, example } = label.unfit;
  throw new PerennialError('PRN-DATASET-008', {
    message: `the label "${name}" does not fit ${task}: ${counted(rows)} with values such as ${JSON.stringify(example)}`,
    details: { column: name, rows },
  });
}

/** @throws PRN-DATASET-011 for rows without an id, PRN-DATASET-005 for ids that stand in more than one row */
export async function checkIds(database: Database, id: string): Promise<void> {
  const [empty] = await database.rows('SELECT CAST(count(*) AS DOUBLE) AS n FROM snapshot_rows WHERE id IS NULL');
  const without = Number(empty?.n ?? 0);
  if (without > 0) {
    throw new PerennialError('PRN-DATASET-011', { message: `${counted(without)} of the window have no "${id}"` });
  }
  const repeated = `SELECT id, count(*) AS n FROM snapshot_rows GROUP BY id HAVING count(*) > 1`;
  const rows = await database.rows(
    `SELECT id, CAST(n AS DOUBLE) AS n, CAST(count(*) OVER () AS DOUBLE) AS ids FROM (${repeated}) ORDER BY id LIMIT 3`,
  );
  const [first] = rows;
  if (first === undefined) return;
  const examples = rows.map((row) => String(row.id));
  throw new PerennialError('PRN-DATASET-005', {
    message: `${first.ids} values of "${id}" stand in more than one row, for example ${examples.map((value) => JSON.stringify(value)).join(', ')}`,
    details: { column: id, duplicates: first.ids, examples },
  });
}

/** @throws PRN-DATASET-009 naming the windows that have no rows with a mature label */
export function checkParts(
  rows: SnapshotManifest['rows'],
  windows: SnapshotManifest['windows'],
  left: { readonly unlabelled: number; readonly missingDays: readonly string[] },
): void {
  const empty = snapshotParts.filter((part) => rows[part] === 0);
  if (empty.length === 0) return;
  const described = empty.map((part) => `${part} (${windows[part].from} to ${windows[part].to})`);
  throw new PerennialError('PRN-DATASET-009', {
    message: `no labelled rows for ${described.join(', ')}; ${counted(left.unlabelled)} had no mature label, ${left.missingDays.length} days had no file`,
    details: { empty, windows, ...left },
  });
}

function counted(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`;
}
