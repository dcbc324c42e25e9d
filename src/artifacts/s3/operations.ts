import type { FullObjectStore } from '../object-store.ts';
import { openBucket } from './bucket.ts';
import { openCache } from './cache.ts';
import { copyLocally } from './copy.ts';
import { missing } from './failures.ts';
import { OverlapCheck } from './overlap.ts';
import { head, link, list, read } from './read.ts';
import type { S3StoreOptions } from './store.ts';
import { remove, write } from './write.ts';

const defaultCacheBytes = 20 * 2 ** 30;

/** The store behind `s3Store`, in a module of its own because it loads the AWS SDK. It trusts its arguments. */
export function openOperations(options: S3StoreOptions): FullObjectStore {
  const bucket = openBucket(options);
  const cache = openCache({ folder: options.cacheFolder, maxBytes: options.maxCacheBytes ?? defaultCacheBytes });
  const overlaps = new OverlapCheck();
  return {
    put: (key, content, { ifAbsent = false } = {}) => write(bucket, overlaps, key, content, ifAbsent),
    get: (key) => read(bucket, key),
    has: async (key) => (await head(bucket, key)) !== null,
    list: (prefix) => list(bucket, prefix),
    localPath: (key) => copyLocally(bucket, cache, key),
    remove: (key) => remove(bucket, key),
    range: async (key, start, endInclusive) => {
      const content = await read(bucket, key, `bytes=${start}-${endInclusive}`);
      // An empty range does not tell whether there is an object on every server.
      if (content.length === 0 && (await head(bucket, key)) === null) throw missing(key, bucket.label);
      return content;
    },
    link: (key, seconds) => link(bucket, key, seconds),
  };
}
