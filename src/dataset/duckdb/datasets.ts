import { isAbsolute } from 'node:path';
import type { ObjectStore } from '../../artifacts/object-store.ts';
import { isPerennialError, PerennialError } from '../../errors/error.ts';
import type { Datasets } from '../dataset.ts';
import type { RemoteFiles } from '../remote-files.ts';
import { type Database, type DatabaseOptions, withDatabase } from './database.ts';
import { readFault } from './read-fault.ts';
import { readParquetFile } from './read-parquet.ts';
import { readWindow } from './read-window.ts';
import { takeSnapshot } from './take-snapshot.ts';

export interface DuckdbDatasetsOptions extends DatabaseOptions {
  readonly store: ObjectStore;
  /** Where sources with an s3: URI come from; without it they are refused. */
  readonly remote?: RemoteFiles;
}

/**
 * Datasets read by DuckDB: Parquet, comma-separated CSV with a header, and JSON lines. Each call has an in-memory database of its own,
 * bounded by `memoryLimit` and closed at its end, so calls can run side by side and one that dies takes nothing with it.
 */
export function duckdbDatasets({ store, remote, ...options }: DuckdbDatasetsOptions): Datasets {
  return {
    takeSnapshot: (request) => inDatabase(options, (database) => takeSnapshot(database, store, request, remote)),
    readWindow: (request) => inDatabase(options, (database) => readWindow(database, request, remote)),
    /** `path` is an absolute path of this machine, or a key of the store. */
    readParquet: async (path, columns) => {
      const local = isAbsolute(path) ? path : await store.localPath(path);
      return inDatabase(options, (database) => readParquetFile(database, local, columns));
    },
  };
}

/** A database for one task, with DuckDB's own errors as coded ones. */
export async function inDatabase<T>(options: DatabaseOptions, task: (database: Database) => Promise<T>): Promise<T> {
  return withDatabase(options, async (database) => {
    try {
      return await task(database);
    } catch (cause) {
      if (isPerennialError(cause) || !isQueryError(cause)) throw cause;
      throw new PerennialError('PRN-DATASET-012', { message: `DuckDB failed: ${readFault(cause)}`, cause });
    }
  });
}

/** DuckDB's errors are plain ones whose message starts with its kind, as in "Out of Memory Error: ...". */
function isQueryError(error: unknown): boolean {
  return error instanceof Error && /^[A-Z][\w ]* Error: /.test(error.message);
}
