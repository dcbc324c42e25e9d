import { columnRoles, usedColumns } from '../columns.ts';
import type { ColumnTable, Datasets, Window } from '../dataset.ts';
import type { RemoteFiles } from '../remote-files.ts';
import { matureBefore } from '../windows.ts';
import { asText } from './casts.ts';
import { refuseSameName } from './column-names.ts';
import { as, featureValue, isoText, readTable } from './column-table.ts';
import type { Database } from './database.ts';
import { labelSql } from './label.ts';
import { findSourceFiles, missingDays, noFiles } from './source-files.ts';
import { describeSource, loadSource, missingColumns, type SourceColumn, timeSql } from './source-table.ts';
import { timestamp } from './sql.ts';

export type WindowRequest = Parameters<Datasets['readWindow']>[0];
export type WindowAnswer = Awaited<ReturnType<Datasets['readWindow']>>;

/**
 * {@link Datasets.readWindow} in a database of its own. A check must see what is wrong with the data, so only what leaves nothing to
 * look at is an error: a column that is gone is reported, a value that does not fit its declared type is null, days without a file
 * give an empty table.
 */
export async function readWindow(
  database: Database,
  request: WindowRequest,
  remote?: RemoteFiles,
): Promise<WindowAnswer> {
  const { file, base, window, asOf } = request;
  const { format, uri } = file.data.source;
  const roles = columnRoles(file);
  const wanted = usedColumns({ ...roles, kept: [] });
  const source = await findSourceFiles(database, { uri, base, window }, remote);
  const days = missingDays(source, window);
  if (source.files.length === 0) {
    if (source.days === null) throw noFiles(source, window);
    return { table: emptyTable(wanted), missingColumns: [], missingDays: days, duplicateIds: 0 };
  }
  const types = await describeSource(database, format, source.files);
  if (!types.has(roles.time)) throw missingColumns([roles.time], types);
  await refuseSameName(database, { format, files: source.files }, types, wanted);
  const present = wanted.filter((name) => types.has(name));
  const columns = await loadSource(
    database,
    { format, files: source.files, window, only: file.data.only },
    { time: roles.time, all: [...new Set(present)], types },
  );
  const list = await selectList(database, request, columns, matureBefore(asOf, file.data.label.maturesAfter));
  const id = columns.get(roles.id);
  const order = [timeSql, ...(id === undefined ? [] : [id.sql])].map((name) => `inside.${name}`).join(', ');
  const table = await readTable(database, `SELECT ${list.join(', ')} FROM ${inside(window)} ORDER BY ${order}`);
  return {
    table,
    missingColumns: wanted.filter((name) => !types.has(name)),
    missingDays: days,
    duplicateIds: await duplicateIds(database, id, window),
  };
}

async function selectList(
  database: Database,
  { file }: WindowRequest,
  columns: ReadonlyMap<string, SourceColumn>,
  mature: string,
): Promise<string[]> {
  const roles = columnRoles(file);
  const list = [as(isoText(timeSql), roles.time)];
  const id = columns.get(roles.id);
  if (id !== undefined) list.unshift(as(asText(id.kind, id.sql), roles.id));
  for (const { name, type } of roles.features) {
    const column = columns.get(name);
    if (column !== undefined) list.push(as(featureValue(type, column.kind, column.sql), name));
  }
  const label = columns.get(roles.label);
  if (label !== undefined) {
    const { sql, type } = await labelSql(database, file.task, label);
    const value = type === 'BIGINT' ? `CAST(${sql} AS DOUBLE)` : sql;
    list.push(as(`CASE WHEN ${timeSql} < ${timestamp(mature)} THEN ${value} END`, roles.label));
  }
  return list;
}

/** Rows whose id an earlier row has already. */
async function duplicateIds(database: Database, id: SourceColumn | undefined, window: Window): Promise<number> {
  if (id === undefined) return 0;
  const [row] = await database.rows(
    `SELECT CAST(count(${id.sql}) - count(DISTINCT ${id.sql}) AS DOUBLE) AS n FROM ${inside(window)}`,
  );
  return Number(row?.n ?? 0);
}

function emptyTable(names: readonly string[]): ColumnTable {
  return { rows: 0, columns: Object.fromEntries(names.map((name) => [name, []])) };
}

function inside({ from, to }: Window): string {
  return `(FROM source_rows WHERE ${timeSql} >= ${timestamp(from)} AND ${timeSql} < ${timestamp(to)}) AS inside`;
}
