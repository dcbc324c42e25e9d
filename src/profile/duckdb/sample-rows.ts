import { columnRoles } from '../../dataset/columns.ts';
import type { Database } from '../../dataset/duckdb/database.ts';
import { findSourceFiles } from '../../dataset/duckdb/source-files.ts';
import { describeSource, readingSource } from '../../dataset/duckdb/source-table.ts';
import type { RemoteFiles } from '../../dataset/remote-files.ts';
import type { Profiles, SampledRows } from '../profiles.ts';
import { inside, nameOf, numberOf, type SourceRows, sourceRows } from './source-rows.ts';

type Request = Parameters<Profiles['sampleRows']>[0];

/** {@link Profiles.sampleRows} in a database of its own. @param train local path of the snapshot's training rows */
export async function sampleRows(
  database: Database,
  request: Request & { readonly train: string | null },
  remote?: RemoteFiles,
): Promise<SampledRows> {
  const { file, base, of, train } = request;
  const format = train === null ? file.data.source.format : 'parquet';
  const files =
    train === null && 'from' in of
      ? (await findSourceFiles(database, { uri: file.data.source.uri, base, window: of }, remote)).files
      : [train ?? ''];
  if (files.length === 0) return { rows: 0, columns: {} };
  const types = await describeSource(database, format, files);
  const roles = columnRoles(file);
  const features = roles.features.filter(({ name }) => types.has(name) && request.columns.includes(name));
  if (features.length === 0) return { rows: 0, columns: {} };
  return readingSource(database, format, files, async () => {
    const rows = await sourceRows(database, format, files, {
      time: roles.time,
      all: features.map(({ name }) => name),
      types,
      only: train === null ? file.data.only : undefined,
    });
    return await everyNth(database, rows, {
      features,
      where: 'from' in of ? inside(of) : 'true',
      atMost: request.atMost,
    });
  });
}

/** Every n-th row in order of time: the same ones each time, and of all days alike. */
async function everyNth(
  database: Database,
  { sql, columns }: SourceRows,
  {
    features,
    where,
    atMost,
  }: {
    readonly features: readonly { readonly name: string; readonly type: 'numeric' | 'categorical' }[];
    readonly where: string;
    readonly atMost: number;
  },
): Promise<SampledRows> {
  const [counted] = await database.rows(`SELECT CAST(count(*) AS DOUBLE) AS n FROM ${sql} WHERE ${where}`);
  const every = Math.max(1, Math.ceil(Number(counted?.n) / atMost));
  const list = features.flatMap(({ name, type }, at) => {
    const source = columns.get(name);
    if (source === undefined) return [];
    return [`${type === 'numeric' ? numberOf(source).value : nameOf(source)} AS f${at}`];
  });
  const places = `SELECT *, row_number() OVER (ORDER BY row_time) AS place FROM ${sql} WHERE ${where}`;
  const rows = await database.rows(`SELECT ${list.join(', ')} FROM (${places}) WHERE place % ${every} = 0`);
  const value = (raw: unknown): number | string | null =>
    typeof raw === 'string' ? raw : typeof raw === 'number' && !Number.isNaN(raw) ? raw : null;
  return {
    rows: rows.length,
    columns: Object.fromEntries(features.map(({ name }, at) => [name, rows.map((row) => value(row[`f${at}`]))])),
  };
}
