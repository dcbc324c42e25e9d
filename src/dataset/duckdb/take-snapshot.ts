import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectStore } from '../../artifacts/object-store.ts';
import type { ModelFile } from '../../plan/schema.ts';
import { type ColumnRoles, columnRoles, usedColumns } from '../columns.ts';
import type { Datasets, SnapshotManifest } from '../dataset.ts';
import { canonicalContent, countRows, snapshotKeys } from '../manifest.ts';
import type { RemoteFiles } from '../remote-files.ts';
import { matureBefore, type SnapshotWindows, snapshotWindows } from '../windows.ts';
import { refuseSameName } from './column-names.ts';
import type { Database } from './database.ts';
import { labelSql } from './label.ts';
import { checkIds, checkLabel, checkNumbers, checkParts, checkTimes } from './snapshot-checks.ts';
import { defineSnapshotRows, digestDays, type SnapshotColumn, writePart } from './snapshot-rows.ts';
import { findSourceFiles, missingDays, noFiles, type SourceFiles } from './source-files.ts';
import { describeSource, loadSource, missingColumns, type SourceColumn } from './source-table.ts';

export type SnapshotRequest = Parameters<Datasets['takeSnapshot']>[0];

/** {@link Datasets.takeSnapshot} in a database of its own. The manifest is stored last: a snapshot exists when that does. */
export async function takeSnapshot(
  database: Database,
  store: ObjectStore,
  request: SnapshotRequest,
  remote?: RemoteFiles,
): Promise<SnapshotManifest> {
  const { file, base, asOf } = request;
  const roles = columnRoles(file, request.keep);
  const { maturesAfter } = file.data.label;
  const windows = snapshotWindows({ ...request, maturesAfter });
  const source = await findSourceFiles(database, { uri: file.data.source.uri, base, window: windows.observed }, remote);
  const whole = { from: windows.parts.train.from, to: windows.parts.holdout.to };
  const missing = missingDays(source, whole);
  if (source.files.length === 0) throw noFiles(source, windows.observed);

  const columns = await loadColumns(database, file, roles, source, windows);
  const snapshotColumns = await checkedRows(database, file, roles, columns, matureBefore(asOf, maturesAfter));
  const days = await digestDays(database, snapshotColumns, windows.parts);
  const rows = countRows(days);
  const unlabelled = (await observedRows(database)) - rows.train - rows.validation - rows.holdout;
  checkParts(rows, windows.parts, { unlabelled, missingDays: missing });

  const schema = snapshotColumns.map(({ name, type }) => ({ name, type }));
  const id = createHash('sha256').update(canonicalContent(schema, days)).digest('hex');
  const { manifest: manifestKey, ...keys } = snapshotKeys(file.model, id);
  if (await store.has(manifestKey)) return storedManifest(store, manifestKey);
  await storeParts(database, store, snapshotColumns, { keys, windows: windows.parts, workFolder: request.workFolder });
  const manifest: SnapshotManifest = {
    id,
    model: file.model,
    asOf: new Date(asOf).toISOString(),
    windows: windows.parts,
    rows,
    schema,
    unlabelled,
    missingDays: missing,
    keys,
  };
  const bytes = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  await store.put(manifestKey, bytes, { ifAbsent: true });
  return storedManifest(store, manifestKey);
}

async function loadColumns(
  database: Database,
  file: ModelFile,
  roles: ColumnRoles,
  source: SourceFiles,
  windows: SnapshotWindows,
): Promise<ReadonlyMap<string, SourceColumn>> {
  const { format } = file.data.source;
  const types = await describeSource(database, format, source.files);
  const all = usedColumns(roles);
  const absent = all.filter((name) => !types.has(name));
  if (absent.length > 0) throw missingColumns(absent, types);
  await refuseSameName(database, { format, files: source.files }, types, all);
  return loadSource(
    database,
    { format, files: source.files, window: windows.observed, only: file.data.only },
    { time: roles.time, all: [...new Set(all)], types },
  );
}

async function checkedRows(
  database: Database,
  file: ModelFile,
  roles: ColumnRoles,
  columns: ReadonlyMap<string, SourceColumn>,
  mature: string,
): Promise<readonly SnapshotColumn[]> {
  const time = columns.get(roles.time);
  const labelColumn = columns.get(roles.label);
  if (time === undefined || labelColumn === undefined) throw missingColumns([roles.time, roles.label], new Map());
  await checkTimes(database, time);
  await checkNumbers(database, roles, columns);
  const label = await labelSql(database, file.task, labelColumn);
  checkLabel(label, { name: roles.label, task: file.task });
  const snapshotColumns = await defineSnapshotRows(database, roles, columns, label, mature);
  await checkIds(database, roles.id);
  return snapshotColumns;
}

async function observedRows(database: Database): Promise<number> {
  const [row] = await database.rows('SELECT CAST(count(*) AS DOUBLE) AS n FROM source_rows');
  return Number(row?.n ?? 0);
}

/** Writes every file before it stores the first one; an attempt that dies leaves no manifest, and a second one stores the same content. */
async function storeParts(
  database: Database,
  store: ObjectStore,
  columns: readonly SnapshotColumn[],
  to: Pick<SnapshotManifest, 'keys' | 'windows'> & { readonly workFolder: string },
): Promise<void> {
  const { keys, windows } = to;
  const having = (...roles: readonly SnapshotColumn['role'][]) => columns.filter(({ role }) => roles.includes(role));
  const files = [
    { key: keys.train, window: windows.train, columns: having('id', 'time', 'feature', 'label') },
    { key: keys.validation, window: windows.validation, columns: having('id', 'time', 'feature', 'label') },
    { key: keys.holdout, window: windows.holdout, columns: having('id', 'time', 'feature') },
    { key: keys.holdoutLabels, window: windows.holdout, columns: having('id', 'label', 'kept') },
  ].map((part, index) => ({ ...part, name: `${index}.parquet` }));
  await mkdir(to.workFolder, { recursive: true });
  const folder = await mkdtemp(join(to.workFolder, 'snapshot-'));
  try {
    for (const part of files) await writePart(database, part.columns, part.window, join(folder, part.name));
    for (const part of files) await store.put(part.key, { path: join(folder, part.name) }, { ifAbsent: true });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function storedManifest(store: ObjectStore, key: string): Promise<SnapshotManifest> {
  return JSON.parse(new TextDecoder().decode(await store.get(key))) as SnapshotManifest;
}
