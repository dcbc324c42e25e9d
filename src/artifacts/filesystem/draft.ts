import { randomUUID } from 'node:crypto';
import { chmod, constants, copyFile, mkdir, open, readdir, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unreadableSource } from './failures.ts';

/** Starts with a dot: no key can name it. It lies in the store, so that a rename never crosses file systems. */
const draftFolder = '.drafts';
const abandonedAfterMs = 24 * 3_600_000;

/** Writes the whole content to a file beside the objects and forces it to the disk; the caller gives it its name. */
export async function writeDraft(
  folder: string,
  key: string,
  content: Uint8Array | { readonly path: string },
): Promise<string> {
  await mkdir(join(folder, draftFolder), { recursive: true });
  const draft = join(folder, draftFolder, randomUUID());
  try {
    if (content instanceof Uint8Array) await writeFile(draft, content, { flag: 'wx' });
    else await copySource(content.path, draft, key);
    // Objects are immutable: who opens one through localPath must not change it by accident.
    await chmod(draft, 0o444);
    await forceToDisk(draft);
    return draft;
  } catch (error) {
    await discard(draft);
    throw error;
  }
}

export async function discard(draft: string): Promise<void> {
  await unlink(draft).catch(() => {});
}

/** Also for folders: only then does a new name survive a power cut. */
export async function forceToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what writers left that died in the middle. */
export async function removeAbandonedDrafts(folder: string): Promise<void> {
  const names = await readdir(join(folder, draftFolder)).catch(() => []);
  for (const name of names) {
    const path = join(folder, draftFolder, name);
    const written = await stat(path).catch(() => null);
    if (written !== null && Date.now() - written.mtimeMs > abandonedAfterMs) await discard(path);
  }
}

async function copySource(path: string, draft: string, key: string): Promise<void> {
  const source = await open(path, 'r').catch((error: unknown) => {
    throw unreadableSource(path, key, error);
  });
  try {
    const isFile = (await source.stat()).isFile();
    if (!isFile) throw unreadableSource(path, key, new Error('it is not a file'));
  } finally {
    await source.close();
  }
  await copyFile(path, draft, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
}
