import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identify } from '../../src/platform/process-identity.ts';
import { eventually } from './waiting.ts';

/** Process ids by program name, as the supervisor of a state folder has noted them. */
export async function notedPids(state: string): Promise<Readonly<Record<string, number>>> {
  const noted = JSON.parse(await readFile(join(state, 'pids.json'), 'utf8')) as Record<string, { pid: number }>;
  return Object.fromEntries(Object.entries(noted).map(([name, { pid }]) => [name, pid]));
}

/** False also for the remains of a process that nobody has collected. */
export function isAlive(pid: number): boolean {
  return identify(pid) !== null;
}

export async function untilGone(pids: readonly number[], withinMs = 10_000): Promise<void> {
  await eventually(`${pids.filter(isAlive)} have ended`, withinMs, async () => !pids.some(isAlive) || null);
}

/** Process ids of all descendants of a process, nearest first. */
export function descendantsOf(pid: number): number[] {
  const children = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child = 0]) => child);
  return [...children, ...children.flatMap(descendantsOf)];
}
