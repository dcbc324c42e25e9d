import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectStore } from '../../artifacts/object-store.ts';
import { type DatabaseOptions, withDatabase } from '../../dataset/duckdb/database.ts';
import { labelLineColumns, packLines, requestLineColumns } from '../../dataset/duckdb/log-lines.ts';
import type { LogKind, Pack, PackLog } from '../log-packs.ts';

const columns = { requests: requestLineColumns, labels: labelLineColumns };

/** Packs with DuckDB; a file that is there already is left as it is. */
export function duckdbPackLog({
  store,
  ...options
}: DatabaseOptions & { readonly store: Pick<ObjectStore, 'localPath' | 'put'> }): PackLog {
  return async (kind: LogKind, { key, segments }: Pack) => {
    await mkdir(options.tempFolder, { recursive: true });
    const folder = await mkdtemp(join(options.tempFolder, 'log-pack-'));
    try {
      const path = join(folder, 'packed.parquet');
      const paths = await Promise.all(segments.map((segment) => store.localPath(segment)));
      await withDatabase(options, (database) => database.run(packLines(paths, columns[kind], path)));
      await store.put(key, { path }, { ifAbsent: true });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}
