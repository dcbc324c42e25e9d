import { createHash, randomUUID } from 'node:crypto';
import { chmod, mkdir, open, readdir, rename, stat, unlink, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isFullDisk } from './failures.ts';

/** Local copies of objects, shared by all processes that name the same folder. */
export interface Cache {
  /**
   * The path of the copy called by `identity` (which must change with the content), made with `download` where there is none of
   * `size` bytes. `ending` is kept, for readers that go by it.
   */
  copy(
    wanted: { readonly identity: string; readonly size: number; readonly ending: string },
    download: (path: string) => Promise<void>,
  ): Promise<string>;
}

/** A caller has asked for the path, but may not have opened it yet. */
const neverRemovedMs = 15 * 60_000;
const abandonedAfterMs = 24 * 3_600_000;
const draftPrefix = '.draft-';

/** Copies beyond `maxBytes` are removed, the longest unused first; those of the last 15 minutes stay even then. */
export function openCache({ folder, maxBytes }: { readonly folder: string; readonly maxBytes: number }): Cache {
  const root = resolve(folder);
  const running = new Map<string, Promise<string>>();
  return {
    copy: async ({ identity, size, ending }, download) => {
      const path = join(root, `${createHash('sha256').update(identity).digest('hex')}${ending}`);
      if (await isThere(path, size)) return path;
      const others = running.get(path);
      if (others !== undefined) return others;
      const mine = fill(root, path, size, download, maxBytes).finally(() => running.delete(path));
      running.set(path, mine);
      return mine;
    },
  };
}

async function isThere(path: string, size: number): Promise<boolean> {
  try {
    if ((await stat(path)).size !== size) return false;
    const now = new Date();
    await utimes(path, now, now);
    return true;
  } catch {
    return false;
  }
}

/** A copy gets its name when it is whole. Where two processes make the same one, the second replaces like by like. */
async function fill(
  root: string,
  path: string,
  size: number,
  download: (path: string) => Promise<void>,
  maxBytes: number,
): Promise<string> {
  await mkdir(root, { recursive: true });
  await shrink(root, Math.max(0, maxBytes - size));
  const draft = join(root, draftPrefix + randomUUID());
  try {
    await download(draft).catch(async (error: unknown) => {
      if (!isFullDisk(error)) throw error;
      await discard(draft);
      await shrink(root, 0);
      await download(draft);
    });
    await seal(draft, size);
    await rename(draft, path);
    return path;
  } catch (error) {
    await discard(draft);
    throw error;
  }
}

async function seal(draft: string, size: number): Promise<void> {
  const file = await open(draft, 'r');
  try {
    const arrived = (await file.stat()).size;
    if (arrived !== size) throw new Error(`${arrived} of ${size} bytes arrived`);
    await file.sync();
  } finally {
    await file.close();
  }
  // Objects are immutable: who opens one through localPath must not change it by accident.
  await chmod(draft, 0o444);
}

async function shrink(root: string, maxBytes: number): Promise<void> {
  const now = Date.now();
  const files: { readonly path: string; readonly size: number; readonly usedAt: number }[] = [];
  for (const name of await readdir(root)) {
    const path = join(root, name);
    const status = await stat(path).catch(() => null);
    if (status === null) continue;
    if (!name.startsWith(draftPrefix)) files.push({ path, size: status.size, usedAt: status.mtimeMs });
    else if (now - status.mtimeMs > abandonedAfterMs) await discard(path);
  }
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size, usedAt } of files.sort((a, b) => a.usedAt - b.usedAt)) {
    if (total <= maxBytes || now - usedAt < neverRemovedMs) return;
    await discard(path);
    total -= size;
  }
}

async function discard(path: string): Promise<void> {
  await unlink(path).catch(() => {});
}
