import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesystemStore } from '../artifacts/filesystem/store.ts';
import type { FullObjectStore } from '../artifacts/object-store.ts';
import { s3Files } from '../artifacts/s3/files.ts';
import type { S3FilesOptions } from '../artifacts/s3/options.ts';
import { s3Store } from '../artifacts/s3/store.ts';
import type { RemoteFiles } from '../dataset/remote-files.ts';
import { PerennialError } from '../errors/error.ts';
import { connectRegistry, migrate } from '../registry/postgres/registry.ts';
import type { Registry } from '../registry/registry.ts';
import type { Settings } from './settings.ts';

/** From settings to the technologies behind the ports: the only place that reads URLs of stores and databases. */

type StoreSettings = Pick<Settings, 'PERENNIAL_STORE'> &
  Partial<Pick<Settings, 'PERENNIAL_S3_ENDPOINT' | 'PERENNIAL_S3_CACHE_GIB' | 'PERENNIAL_STATE'>>;

/** `file:` with a path or URL, or `s3://bucket/prefix`; of it what lies below `part`. @throws PRN-ARTIFACTS-002 for anything else */
export function openStore(settings: StoreSettings, part?: string): FullObjectStore {
  const uri = part === undefined ? settings.PERENNIAL_STORE : `${settings.PERENNIAL_STORE.replace(/\/$/, '')}/${part}`;
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*?))?\/?$/.exec(uri) ?? [];
  if (bucket !== undefined) return s3Store({ bucket, prefix, ...s3Options(settings) });
  if (!uri.startsWith('file:'))
    throw new PerennialError('PRN-ARTIFACTS-002', {
      message: `PERENNIAL_STORE is "${uri}", which is neither a folder nor a bucket.`,
      hint: 'Set it to a folder, e.g. file:/var/lib/perennial/objects, or to a bucket, e.g. s3://my-bucket/perennial.',
    });
  const path = uri.startsWith('file://') ? fileURLToPath(uri) : uri.slice('file:'.length);
  return filesystemStore(resolve(path));
}

/** Sources of data in S3: any bucket that the credentials can read, copied through the same folder as objects. */
export function openRemoteFiles(settings: Omit<StoreSettings, 'PERENNIAL_STORE'>): RemoteFiles {
  return s3Files(s3Options(settings));
}

function s3Options({
  PERENNIAL_S3_ENDPOINT: endpoint,
  PERENNIAL_S3_CACHE_GIB: cacheGib,
  PERENNIAL_STATE: state = '.perennial',
}: Omit<StoreSettings, 'PERENNIAL_STORE'>): S3FilesOptions {
  if (endpoint && !/^https?:\/\/[^/]/.test(endpoint))
    throw new PerennialError('PRN-ARTIFACTS-002', {
      message: `PERENNIAL_S3_ENDPOINT is "${endpoint}", which is no URL of a server.`,
      hint: 'Set it to e.g. http://127.0.0.1:7070, or leave it empty for Amazon S3.',
    });
  return {
    cacheFolder: resolve(state, 'object-cache'),
    ...(endpoint ? { endpoint } : {}),
    ...(cacheGib === undefined ? {} : { maxCacheBytes: cacheGib * 2 ** 30 }),
  };
}

export async function openRegistry({
  PERENNIAL_DATABASE_URL: connectionString,
}: Pick<Settings, 'PERENNIAL_DATABASE_URL'>): Promise<Registry> {
  await migrate(connectionString);
  return await connectRegistry({ connectionString });
}
