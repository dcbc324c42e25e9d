import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { PerennialError } from '../src/errors/error.ts';
import { codeKey } from '../src/training/keys.ts';
import { translateErrors } from './failure.ts';

/** What a folder of code may hold at most: it is code, and not the data beside it. */
const limits = { files: 1_000, bytes: 16 * 1_024 * 1_024 };

interface PackedFile {
  /** Relative, with slashes. */
  readonly path: string;
  readonly executable: boolean;
  readonly base64: string;
}

/** How the folder of a model file gets to machines that do not have it. */
export function createCodeActivities({ store }: { readonly store: ObjectStore }) {
  return translateErrors({
    /** Keeps these parts of the folder under a key that is made of their content: the same code is kept once for each run. */
    async shipFolder(asked: FolderToKeep): Promise<{ readonly key: string }> {
      return { key: (await keepFolder(store, asked)).key };
    },
  });
}

export interface FolderToKeep {
  readonly model: string;
  readonly run: string;
  readonly folder: string;
  /** Names of sub-folders; `.`: all of it. */
  readonly parts: readonly string[];
}

/** `digest`: sha256 of paths and contents. @throws PRN-TRAINING-006, PRN-TRAINING-007 */
export async function keepFolder(
  store: ObjectStore,
  asked: FolderToKeep,
): Promise<{ readonly key: string; readonly digest: string }> {
  const text = JSON.stringify(await packed(asked.folder, asked.parts));
  const digest = createHash('sha256').update(text).digest('hex');
  const key = codeKey(asked, digest);
  await store.put(key, await promisify(gzip)(text), { ifAbsent: true });
  return { key, digest };
}

/** Makes the folder that `shipFolder` has kept, as `target`. */
export async function fetchFolder(store: ObjectStore, key: string, target: string): Promise<string> {
  const bytes = await promisify(gunzip)(await store.get(key));
  for (const { path, executable, base64 } of JSON.parse(bytes.toString()) as PackedFile[]) {
    const file = resolve(target, path);
    if (!file.startsWith(resolve(target) + sep)) throw new Error(`${key} has a file outside of its folder: ${path}`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, Buffer.from(base64, 'base64'));
    if (executable) await chmod(file, 0o755);
  }
  return target;
}

/** In the order of their names, so that the same files make the same bytes. */
async function packed(folder: string, parts: readonly string[]): Promise<readonly PackedFile[]> {
  const files: PackedFile[] = [];
  const found: string[] = [];
  let bytes = 0;
  for (const part of parts) await collect(join(folder, part), found);
  for (const path of found) {
    const { size, mode } = await stat(path);
    bytes += size;
    if (bytes > limits.bytes || found.length > limits.files) throw tooMuch(folder, parts);
    const base64 = (await readFile(path)).toString('base64');
    files.push({ path: relative(folder, path).split(sep).join('/'), executable: (mode & 0o100) !== 0, base64 });
  }
  return files;
}

/** Hidden things and what is installed or made anew are no code. Links to files are followed, links to folders are not. */
async function collect(folder: string, found: string[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new PerennialError('PRN-TRAINING-006', {
      message: `The control worker cannot read ${folder}, which a rented machine needs for {here}.`,
      cause: error,
      details: { folder },
    });
  });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || ['node_modules', '__pycache__'].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await collect(path, found);
    else if (entry.isFile() || (await stat(path).catch(() => null))?.isFile()) found.push(path);
    if (found.length > limits.files) return;
  }
}

function tooMuch(folder: string, parts: readonly string[]): PerennialError {
  const most = `${limits.files} files or ${limits.bytes / 1_024 / 1_024} MiB`;
  const what = parts.map((part) => join(folder, part)).join(', ');
  return new PerennialError('PRN-TRAINING-007', {
    message: `The trainer needs ${what}, which would go to each rented machine, and is more than ${most}.`,
    details: { folder, parts, ...limits },
  });
}
