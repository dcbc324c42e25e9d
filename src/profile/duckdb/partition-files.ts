import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Window } from '../../dataset/dataset.ts';
import type { Database } from '../../dataset/duckdb/database.ts';
import { findSourceFiles, type SourceFiles } from '../../dataset/duckdb/source-files.ts';
import type { RemoteFiles } from '../../dataset/remote-files.ts';
import type { PartitionRequest, Profiles } from '../profiles.ts';

/** The UTC day as a window. */
export function dayWindow(day: string): Window {
  const from = Date.parse(`${day}T00:00:00Z`);
  return { from: new Date(from).toISOString(), to: new Date(from + 86_400_000).toISOString() };
}

export async function partitionFiles(
  database: Database,
  { file, base, day }: PartitionRequest,
  remote?: RemoteFiles,
): Promise<SourceFiles> {
  return findSourceFiles(database, { uri: file.data.source.uri, base, window: dayWindow(day) }, remote);
}

/** {@link Profiles.digestPartitions} */
export async function digestPartitions(
  database: Database,
  { days, ...source }: Parameters<Profiles['digestPartitions']>[0],
  remote?: RemoteFiles,
): Promise<ReadonlyMap<string, string | null>> {
  const digests = new Map<string, string | null>();
  for (const day of days)
    digests.set(day, await digestOf(await partitionFiles(database, { ...source, day }, remote), source));
  return digests;
}

async function digestOf({ files }: SourceFiles, { file }: Pick<PartitionRequest, 'file'>): Promise<string | null> {
  if (files.length === 0) return null;
  // The copy of a remote file is called by its content; its time only says when it was last used.
  const isCopy = /^s3:/i.test(file.data.source.uri);
  const marks: string[] = [];
  for (const path of files) {
    const { size, mtimeMs } = await stat(path);
    marks.push(JSON.stringify([basename(path), size, isCopy ? null : mtimeMs]));
  }
  return createHash('sha256').update(marks.join('\n')).digest('hex').slice(0, 32);
}
