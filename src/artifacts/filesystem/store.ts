import { mkdir, open, readFile, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isPerennialError } from '../../errors/error.ts';
import { checkLifetime, checkRange } from '../bounds.ts';
import { checkKey, checkPrefix } from '../key.ts';
import type { FullObjectStore } from '../object-store.ts';
import { discard, removeAbandonedDrafts, writeDraft } from './draft.ts';
import { isAbsence, missing, systemCode, unusable } from './failures.ts';
import { listKeys } from './list.ts';
import { publish } from './publish.ts';

/**
 * Objects as files below `folder`, which is made at the first write. Every process of one machine may use it at once.
 * Needs a file system with hard links and atomic renames: any local one, not every network share.
 */
export function filesystemStore(folder: string): FullObjectStore {
  const root = resolve(folder);
  let swept: Promise<void> | null = null;
  return {
    put: async (key, content, { ifAbsent = false } = {}) => {
      checkKey(key);
      swept ??= removeAbandonedDrafts(root);
      await swept;
      return coded('write', root, () => put(root, key, content, ifAbsent));
    },
    get: async (key) => read(root, key, (path) => readFile(path)),
    has: async (key) => {
      checkKey(key);
      return coded('read', root, () => isObject(join(root, key)));
    },
    list: async (prefix) => {
      checkPrefix(prefix);
      return coded('list', root, () => listKeys(root, prefix));
    },
    localPath: (key) => read(root, key, (path) => existing(path, key, root)),
    remove: async (key) => {
      checkKey(key);
      await coded('remove', root, () => remove(root, key));
    },
    copy: async (from, to) => {
      checkKey(to);
      // A second name for the same file: objects never change.
      return read(root, from, async (path) => publish(await existing(path, from, root), root, to, true));
    },
    range: async (key, start, endInclusive) => {
      checkRange(key, start, endInclusive);
      return read(root, key, (path) => readRange(path, start, endInclusive));
    },
    link: async (key, seconds) => {
      checkLifetime(key, seconds);
      return read(root, key, async (path) => pathToFileURL(await existing(path, key, root)).href);
    },
  };
}

async function put(
  root: string,
  key: string,
  content: Uint8Array | { readonly path: string },
  ifAbsent: boolean,
): Promise<'written' | 'exists'> {
  // The common case of a zombie's second write: no need to copy a large file first. `publish` decides.
  if (ifAbsent && (await isObject(join(root, key)))) return 'exists';
  await mkdir(root, { recursive: true });
  const draft = await writeDraft(root, key, content);
  try {
    return await publish(draft, root, key, ifAbsent);
  } finally {
    await discard(draft);
  }
}

async function read<T>(root: string, key: string, work: (path: string) => Promise<T>): Promise<T> {
  checkKey(key);
  return coded('read', root, async () => {
    try {
      return await work(join(root, key));
    } catch (error) {
      throw isAbsence(error) ? missing(key, root, error) : error;
    }
  });
}

async function existing(path: string, key: string, root: string): Promise<string> {
  if (!(await isObject(path))) throw missing(key, root);
  return path;
}

async function readRange(path: string, start: number, endInclusive: number): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const content = new Uint8Array(Math.max(0, Math.min(endInclusive + 1, size) - start));
    const { bytesRead } = await handle.read(content, 0, content.length, start);
    return content.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function isObject(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (isAbsence(error)) return false;
    throw error;
  }
}

/** Removes the folders that become empty too: they would stand in the way of a key with their name. */
async function remove(root: string, key: string): Promise<void> {
  const path = join(root, key);
  try {
    await unlink(path);
  } catch (error) {
    // A folder is not an object: on Linux unlink says EISDIR, on macOS EPERM.
    if (isAbsence(error) || (systemCode(error) === 'EPERM' && !(await isObject(path)))) return;
    throw error;
  }
  for (let parent = dirname(path); parent !== root; parent = dirname(parent)) {
    const removed = await rmdir(parent).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

async function coded<T>(action: string, root: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isPerennialError(error) ? error : unusable(action, root, error);
  }
}
