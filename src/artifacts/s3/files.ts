import { PerennialError } from '../../errors/error.ts';
import type { Cache } from './cache.ts';
import type { S3FilesOptions } from './options.ts';

const parallel = 8;

/** Files in any bucket by patterns like `s3://bucket/flights/{year}/*.parquet` (with the year filled in), copied through the cache. */
export function s3Files(options: S3FilesOptions): { copies(pattern: string): Promise<readonly string[]> } {
  const opened = lazily(options);
  return {
    copies: async (pattern) => {
      const [, name, keys] = /^s3:\/\/([^/*?[]+)\/(.+)$/i.exec(pattern) ?? [];
      if (name === undefined || keys === undefined)
        throw new PerennialError('PRN-ARTIFACTS-002', {
          message: `"${pattern}" is no URI of objects in S3`,
          hint: 'Write s3://bucket/key; wildcards may stand in the key only.',
        });
      const { find, copy } = await opened(name);
      const found = await find(keys);
      const paths: string[] = [];
      for (let start = 0; start < found.length; start += parallel)
        paths.push(...(await Promise.all(found.slice(start, start + parallel).map(copy))));
      return paths;
    },
  };
}

interface OpenBucket {
  readonly find: (pattern: string) => Promise<readonly string[]>;
  readonly copy: (key: string) => Promise<string>;
}

/** One client per bucket, and the SDK only when a source first needs it. */
function lazily(options: S3FilesOptions): (name: string) => Promise<OpenBucket> {
  const buckets = new Map<string, Promise<OpenBucket>>();
  let cache: Cache | null = null;
  return (name) => {
    const known = buckets.get(name);
    if (known !== undefined) return known;
    const opening = import('./operations.ts').then(({ openSource }) => {
      const source = openSource(name, options, cache);
      cache = source.cache;
      return source;
    });
    buckets.set(name, opening);
    return opening;
  };
}
