import { checkLifetime, checkRange } from '../bounds.ts';
import { checkKey, checkPrefix } from '../key.ts';
import type { FullObjectStore } from '../object-store.ts';
import type { S3StoreOptions } from './options.ts';

/**
 * Objects in an S3 bucket, or on a server that speaks S3 and writes conditionally (`If-None-Match`). Credentials come from the
 * SDK's default chain: variables, profile, the role of the machine. The SDK is loaded at the first use, not before.
 *
 * @throws PRN-ARTIFACTS-002 when `prefix` is no key
 */
export function s3Store(options: S3StoreOptions): FullObjectStore {
  if (options.prefix !== '') checkKey(options.prefix);
  let opening: Promise<FullObjectStore> | null = null;
  const opened = (): Promise<FullObjectStore> => {
    opening ??= import('./operations.ts').then(({ openOperations }) => openOperations(options));
    return opening;
  };
  const check = (key: string): void => {
    checkKey(key);
    // Once more as a whole: the bucket's limit of 1,024 bytes is for prefix and key together.
    if (options.prefix !== '') checkKey(`${options.prefix}/${key}`);
  };
  return {
    put: async (key, content, putOptions) => {
      check(key);
      return (await opened()).put(key, content, putOptions);
    },
    get: async (key) => {
      check(key);
      return (await opened()).get(key);
    },
    has: async (key) => {
      check(key);
      return (await opened()).has(key);
    },
    list: async (prefix) => {
      checkPrefix(prefix);
      return (await opened()).list(prefix);
    },
    localPath: async (key) => {
      check(key);
      return (await opened()).localPath(key);
    },
    remove: async (key) => {
      check(key);
      await (await opened()).remove(key);
    },
    copy: async (from, to) => {
      check(from);
      check(to);
      return (await opened()).copy(from, to);
    },
    range: async (key, start, endInclusive) => {
      check(key);
      checkRange(key, start, endInclusive);
      return (await opened()).range(key, start, endInclusive);
    },
    link: async (key, seconds) => {
      check(key);
      checkLifetime(key, seconds);
      return (await opened()).link(key, seconds);
    },
  };
}
