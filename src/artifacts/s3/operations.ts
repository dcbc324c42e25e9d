import type { FullObjectStore } from '../object-store.ts';
import { openBucket } from './bucket.ts';
import { type Cache, openCache } from './cache.ts';
import { copyLocally } from './copy.ts';
import { duplicate } from './duplicate.ts';
import { missing } from './failures.ts';
import type { S3FilesOptions, S3StoreOptions } from './options.ts';
import { OverlapCheck } from './overlap.ts';
import { fixedStart, keyPattern } from './pattern.ts';
import { head, link, list, listAll, read } from './read.ts';
import { remove, write } from './write.ts';

const defaultCacheBytes = 20 * 2 ** 30;

/** The store behind `s3Store`, in a module of its own because it loads the AWS SDK. It trusts its arguments. */
export function openOperations(options: S3StoreOptions): FullObjectStore {
  const bucket = openBucket(options);
  const cache = cacheOf(options);
  const overlaps = new OverlapCheck();
  return {
    put: (key, content, { ifAbsent = false } = {}) => write(bucket, overlaps, key, content, ifAbsent),
    get: (key) => read(bucket, key),
    has: async (key) => (await head(bucket, key)) !== null,
    list: (prefix) => list(bucket, prefix),
    localPath: (key) => copyLocally(bucket, cache, key),
    remove: (key) => remove(bucket, key),
    copy: (from, to) => duplicate(bucket, overlaps, from, to),
    range: async (key, start, endInclusive) => {
      const content = await read(bucket, key, `bytes=${start}-${endInclusive}`);
      // An empty range does not tell whether there is an object on every server.
      if (content.length === 0 && (await head(bucket, key)) === null) throw missing(key, bucket.label);
      return content;
    },
    link: (key, seconds) => link(bucket, key, seconds),
  };
}

/** A bucket that others write to: looked through by pattern, read through the cache. */
export function openSource(bucketName: string, options: S3FilesOptions, shared: Cache | null) {
  const bucket = openBucket({ ...options, bucket: bucketName, prefix: '' });
  const cache = shared ?? cacheOf(options);
  return {
    cache,
    find: async (pattern: string): Promise<readonly string[]> => {
      const matches = keyPattern(pattern);
      const keys = await listAll(bucket, fixedStart(pattern));
      return keys.filter((key) => matches.test(key)).sort();
    },
    copy: (key: string): Promise<string> => copyLocally(bucket, cache, key),
  };
}

function cacheOf({ cacheFolder, maxCacheBytes = defaultCacheBytes }: S3FilesOptions): Cache {
  return openCache({ folder: cacheFolder, maxBytes: maxCacheBytes });
}
