import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { PerennialError } from '../errors/error.ts';

/** The Temporal CLI that `npm run setup` installs; scripts/setup/paths.mjs names the same version. */
export const temporalVersion = '1.5.1';

/**
 * Path of the Temporal CLI, whose `server start-dev` is the embedded server: the one that set-up put into the cache,
 * else one on the PATH. Looks only, installs nothing.
 * @throws PerennialError PRN-PLATFORM-004 when there is none
 */
export function findTemporal(environment: NodeJS.ProcessEnv = process.env): string {
  const cached = cachedTemporal(environment);
  if (isExecutable(cached)) return cached;
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = folders.map((folder) => join(folder, 'temporal')).find(isExecutable);
  if (onPath !== undefined) return onPath;
  throw new PerennialError('PRN-PLATFORM-004', {
    message: `The Temporal program is neither at ${cached} nor on the PATH.`,
  });
}

/** Where set-up keeps the program: outside the checkout, so that several checkouts share it. */
export function cachedTemporal(environment: NodeJS.ProcessEnv = process.env): string {
  const cache = environment.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'perennial', 'temporal', temporalVersion, 'temporal');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
