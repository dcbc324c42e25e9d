import { columnRoles } from '../../dataset/columns.ts';
import { asText, kindOf } from '../../dataset/duckdb/casts.ts';
import type { Database } from '../../dataset/duckdb/database.ts';
import { describeSource, missingColumns, readingSource } from '../../dataset/duckdb/source-table.ts';
import type { RemoteFiles } from '../../dataset/remote-files.ts';
import { PerennialError } from '../../errors/error.ts';
import { tallyProfile } from '../numeric-tally.ts';
import type { ColumnProfile, PartitionProfile, ReferenceProfile } from '../profile.ts';
import type { PartitionRequest } from '../profiles.ts';
import { countNames, type NamedColumn } from './count-names.ts';
import { type CountedColumn, countNumbers } from './count-numbers.ts';
import { dayWindow, partitionFiles } from './partition-files.ts';
import { inside, type SourceRows, sourceRows } from './source-rows.ts';

/** {@link Profiles.profilePartition} in a database of its own. */
export async function profilePartition(
  database: Database,
  request: PartitionRequest & { readonly reference: ReferenceProfile },
  remote?: RemoteFiles,
): Promise<PartitionProfile | null> {
  const { format } = request.file.data.source;
  const source = await partitionFiles(database, request, remote);
  if (source.files.length === 0) return null;
  const types = await describeSource(database, format, source.files);
  const roles = columnRoles(request.file);
  requireTime(roles.time, types);
  const wanted = [roles.id, ...roles.features.map(({ name }) => name)].filter((name) => types.has(name));
  return readingSource(database, format, source.files, async () => {
    const rows = await sourceRows(database, format, source.files, { time: roles.time, all: wanted, types });
    const where = inside(dayWindow(request.day));
    const counts = await countRows(database, rows, where, roles.id, source.days !== null);
    // A source that is not split by day has no file of the day, but rows of it or none.
    if (source.days === null && counts.rows === 0) return null;
    return {
      ...counts,
      schema: [...types].map(([name, type]) => ({ name, type })),
      columns: await profileColumns(database, { ...rows, where }, request, counts.rows),
    };
  });
}

function requireTime(time: string, types: ReadonlyMap<string, string>): void {
  const type = types.get(time);
  if (type === undefined) throw missingColumns([time], types);
  if (['time', 'zoned-time', 'text', 'json'].includes(kindOf(type))) return;
  throw new PerennialError('PRN-DATASET-006', {
    message: `the time column "${time}" has the type ${type}, which is not a timestamp`,
    details: { column: time, type },
  });
}

async function countRows(
  database: Database,
  { sql, columns }: SourceRows,
  where: string,
  idName: string,
  byDay: boolean,
): Promise<Pick<PartitionProfile, 'rows' | 'duplicateIds' | 'misplaced'> & { readonly missingIds: number }> {
  const id = columns.get(idName);
  const value = id === undefined ? 'NULL' : asText(id.kind, id.sql);
  const away = byDay ? `(${where}) IS NOT TRUE` : 'row_time IS NULL';
  const [row] = await database.rows(
    `SELECT CAST(count(*) FILTER (WHERE ${where}) AS DOUBLE) AS here, CAST(count(*) FILTER (WHERE ${away}) AS DOUBLE) AS away,
      CAST(count(${value}) FILTER (WHERE ${where}) AS DOUBLE) AS ids,
      CAST(count(DISTINCT ${value}) FILTER (WHERE ${where}) AS DOUBLE) AS different FROM ${sql}`,
  );
  const [rows, ids] = [Number(row?.here), Number(row?.ids)];
  return {
    rows,
    duplicateIds: ids - Number(row?.different),
    misplaced: Number(row?.away),
    missingIds: id === undefined ? 0 : rows - ids,
  };
}

async function profileColumns(
  database: Database,
  rows: SourceRows & { readonly where: string },
  { file, reference }: { readonly file: PartitionRequest['file']; readonly reference: ReferenceProfile },
  total: number,
): Promise<Readonly<Record<string, ColumnProfile>>> {
  const numbers: CountedColumn[] = [];
  const names: NamedColumn[] = [];
  for (const { name, type } of columnRoles(file).features) {
    const source = rows.columns.get(name);
    if (source === undefined) continue;
    const was = reference.whole.columns[name];
    if (type === 'numeric') numbers.push({ name, source, edges: reference.edges[name] ?? [] });
    else names.push({ name, source, kept: was?.kind === 'categorical' ? Object.keys(was.counts) : [] });
  }
  const profiles = new Map<string, ColumnProfile>(await countNames(database, rows, names, total));
  await countNumbers(database, rows, numbers, ({ name }, [tally]) => {
    if (tally !== undefined) profiles.set(name, tallyProfile(tally));
  });
  return inOrder(file, profiles);
}

/** In the order of the model file. */
export function inOrder(
  file: PartitionRequest['file'],
  profiles: ReadonlyMap<string, ColumnProfile>,
): Readonly<Record<string, ColumnProfile>> {
  const all = columnRoles(file).features.map(({ name }): [string, ColumnProfile | undefined] => [
    name,
    profiles.get(name),
  ]);
  return Object.fromEntries(all.filter((entry): entry is [string, ColumnProfile] => entry[1] !== undefined));
}
