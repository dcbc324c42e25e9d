import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { isPerennialError, PerennialError } from '../src/errors/error.ts';

/**
 * The store with every failure coded: PRN-RUN-007 for a full disk, PRN-RUN-008 for what its adapter did not explain. Nothing that
 * a training writes is ever written twice, so that a rented machine needs, and has, no right to overwrite anything.
 */
export function codedStore(store: ObjectStore): ObjectStore {
  return {
    put: (key, content) => coded(`write ${key}`, () => store.put(key, content, { ifAbsent: true })),
    get: (key) => coded(`read ${key}`, () => store.get(key)),
    has: (key) => coded(`look for ${key}`, () => store.has(key)),
    list: (prefix) => coded(`list ${prefix}`, () => store.list(prefix)),
    localPath: (key) => coded(`fetch ${key}`, () => store.localPath(key)),
    remove: (key) => coded(`remove ${key}`, () => store.remove(key)),
  };
}

/** PRN-RUN-007 for a full disk, anything else as it is. */
export function explainDisk(error: unknown, doing: string): unknown {
  if (isPerennialError(error) || !['ENOSPC', 'EDQUOT'].includes(systemCode(error))) return error;
  return new PerennialError('PRN-RUN-007', {
    message: `No space is left to ${doing}: ${textOf(error)}.`,
    cause: error,
  });
}

/** Hex; reads the file piece by piece. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

export const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function coded<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const explained = explainDisk(error, doing);
    if (isPerennialError(explained)) throw explained;
    throw new PerennialError('PRN-RUN-008', {
      message: `The object store could not ${doing}: ${textOf(error)}.`,
      cause: error,
    });
  }
}

function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
