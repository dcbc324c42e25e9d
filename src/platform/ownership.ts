import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PerennialError } from '../errors/error.ts';

/**
 * One supervisor per state folder. What an earlier one left behind when it was killed hard - only the Temporal server can outlive it,
 * our own programs end with it - is stopped first, so that nobody has to clean up by hand.
 */
export async function claimState(state: string): Promise<void> {
  const owner = Number(await readFile(join(state, 'up.pid'), 'utf8').catch(() => '0'));
  if (owner && owner !== process.pid && commandOf(owner)?.includes('node'))
    throw new PerennialError('PRN-PLATFORM-006', {
      message: `Process ${owner} runs the platform from ${state} already.`,
    });
  await stopLeftOvers(state);
  await writeFile(join(state, 'up.pid'), `${process.pid}`);
}

export async function releaseState(state: string): Promise<void> {
  await Promise.all(['up.pid', 'pids.json'].map((file) => rm(join(state, file), { force: true })));
}

export async function ownerOf(state: string): Promise<number | null> {
  const owner = Number(await readFile(join(state, 'up.pid'), 'utf8').catch(() => '0'));
  return owner && commandOf(owner) !== null ? owner : null;
}

async function stopLeftOvers(state: string): Promise<void> {
  const pids = await readFile(join(state, 'pids.json'), 'utf8').then(
    (text) => JSON.parse(text) as Record<string, number>,
    () => ({}),
  );
  for (const [name, pid] of Object.entries(pids)) {
    // A process id may have been given to somebody else since: only a command line of ours is ended.
    const isOurs = () => (name === 'temporal' ? commandOf(pid)?.includes(state) : commandOf(pid)?.includes('/dist/'));
    if (!isOurs()) continue;
    process.kill(pid, 'SIGTERM');
    for (let waited = 0; waited < 100 && isOurs(); waited++) await sleep(50);
    if (isOurs()) process.kill(pid, 'SIGKILL');
  }
}

/** The command line of a process, or null when there is none. */
function commandOf(pid: number): string | null {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', `${pid}`], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}
