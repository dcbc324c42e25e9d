import { link, mkdir, rename, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { forceToDisk } from './draft.ts';
import { overlapping, systemCode } from './failures.ts';

const attempts = 20;

/**
 * Gives a finished draft its name in one step: `rename` replaces, `link` fails when the name is taken, so that among writers with
 * `ifAbsent` exactly one wins. Retried when a concurrent `remove` took an emptied folder away in between.
 *
 * @throws PRN-ARTIFACTS-003
 */
export async function publish(
  draft: string,
  root: string,
  key: string,
  ifAbsent: boolean,
): Promise<'written' | 'exists'> {
  const target = join(root, key);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await mkdir(dirname(target), { recursive: true });
      await (ifAbsent ? link(draft, target) : rename(draft, target));
      await forceToDisk(dirname(target)).catch(ignoreVanished);
      return 'written';
    } catch (error) {
      const outcome = await explain(error, target);
      if (outcome === 'exists') return 'exists';
      if (outcome === 'overlapping') throw overlapping(key, root);
      if (outcome === 'unknown' || attempt === attempts) throw error;
    }
  }
}

async function explain(error: unknown, target: string): Promise<'exists' | 'overlapping' | 'retry' | 'unknown'> {
  const code = systemCode(error);
  if (code === 'ENOTDIR') return 'overlapping';
  if (code === 'ENOENT') return 'retry';
  if (!['EEXIST', 'EISDIR', 'ENOTEMPTY', 'EPERM'].includes(code)) return 'unknown';
  const there = await stat(target).catch(() => null);
  if (there === null) return (await hasFileAbove(target)) ? 'overlapping' : 'retry';
  if (there.isFile()) return code === 'EEXIST' ? 'exists' : 'unknown';
  // An empty folder is only a trace of objects that were removed, or of a writer that died.
  return rmdir(target).then(
    () => 'retry' as const,
    (failure: unknown) => (systemCode(failure) === 'ENOENT' ? 'retry' : 'overlapping'),
  );
}

/** `mkdir` says EEXIST when the last part of the folder's path is a file. */
async function hasFileAbove(target: string): Promise<boolean> {
  const parent = await stat(dirname(target)).catch(() => null);
  return parent?.isFile() ?? false;
}

function ignoreVanished(error: unknown): void {
  if (systemCode(error) !== 'ENOENT') throw error;
}
