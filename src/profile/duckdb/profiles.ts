import type { ObjectStore } from '../../artifacts/object-store.ts';
import type { DatabaseOptions } from '../../dataset/duckdb/database.ts';
import { inDatabase } from '../../dataset/duckdb/datasets.ts';
import type { RemoteFiles } from '../../dataset/remote-files.ts';
import type { Profiles } from '../profiles.ts';
import { digestPartitions } from './partition-files.ts';
import { profilePartition } from './profile-partition.ts';
import { profileReference, referenceId } from './profile-reference.ts';
import { sampleRows } from './sample-rows.ts';

export interface DuckdbProfilesOptions extends DatabaseOptions {
  readonly store: ObjectStore;
  /** Where sources with an s3: URI come from; without it they are refused. */
  readonly remote?: RemoteFiles;
}

/**
 * Profiles made with DuckDB, which reads and casts columns a batch at a time; values are counted as they stream by, so that memory holds
 * bins and no rows. Each call has a database of its own, bounded by `memoryLimit`.
 */
export function duckdbProfiles({ store, remote, ...options }: DuckdbProfilesOptions): Profiles {
  return {
    referenceId,
    profileReference: async (request) => {
      const train = await store.localPath(request.snapshot.keys.train);
      return inDatabase(options, (database) => profileReference(database, { ...request, train }, remote));
    },
    profilePartition: (request) => inDatabase(options, (database) => profilePartition(database, request, remote)),
    sampleRows: async (request) => {
      const train = 'keys' in request.of ? await store.localPath(request.of.keys.train) : null;
      return inDatabase(options, (database) => sampleRows(database, { ...request, train }, remote));
    },
    digestPartitions: (request) => inDatabase(options, (database) => digestPartitions(database, request, remote)),
  };
}
