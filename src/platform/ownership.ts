import { renameSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PerennialError } from '../errors/error.ts';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';

/**
 * One supervisor per state folder. What an earlier one left behind when it was killed hard - only the Temporal server can outlive it,
 * our own programs end with it - is stopped first, so that nobody has to clean up by hand.
 * @throws PRN-PLATFORM-006 when another supervisor runs
 */
export async function claimState(state: string): Promise<void> {
  await mkdir(state, { recursive: true });
  const owner = await ownerOf(state);
  if (owner !== null)
    throw new PerennialError('PRN-PLATFORM-006', {
      message: `Process ${owner} runs the platform from ${state} already.`,
    });
  await stopLeftOvers(state);
  await writeFile(join(state, 'up.pid'), JSON.stringify(identify(process.pid)));
}

export async function releaseState(state: string): Promise<void> {
  await Promise.all(['up.pid', 'pids.json'].map((file) => rm(join(state, file), { force: true })));
}

/** Process id of the supervisor that runs from this folder now. */
export async function ownerOf(state: string): Promise<number | null> {
  const owner = await readJson<ProcessIdentity>(join(state, 'up.pid'));
  return owner !== null && isRunning(owner) ? owner.pid : null;
}

/** Notes the programs that run, for whoever must clean up after a supervisor that was killed. Synchronous, so that no two writes meet. */
export function notePrograms(state: string, pids: Readonly<Record<string, number | undefined>>): void {
  const running = Object.entries(pids).flatMap(([name, pid]) => {
    const identity = pid === undefined ? null : identify(pid);
    return identity === null ? [] : [[name, identity] as const];
  });
  const path = join(state, 'pids.json');
  writeFileSync(`${path}.new`, JSON.stringify(Object.fromEntries(running)));
  renameSync(`${path}.new`, path);
}

async function stopLeftOvers(state: string): Promise<void> {
  const noted = (await readJson<Record<string, ProcessIdentity>>(join(state, 'pids.json'))) ?? {};
  await Promise.all(Object.values(noted).map(stopLeftOver));
}

async function stopLeftOver(program: ProcessIdentity): Promise<void> {
  if (!isRunning(program)) return;
  process.kill(program.pid, 'SIGTERM');
  for (let waited = 0; waited < 100 && isRunning(program); waited++) await sleep(50);
  if (isRunning(program)) process.kill(program.pid, 'SIGKILL');
}

/** Null when there is none, or one that was cut off when the machine went down. */
async function readJson<T>(path: string): Promise<T | null> {
  return await readFile(path, 'utf8').then(
    (text) => {
      try {
        return JSON.parse(text) as T;
      } catch {
        return null;
      }
    },
    () => null,
  );
}
