import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Child {
  readonly process: ChildProcess;
  readonly readyAfterMs: number;
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Starts a program of ours and waits until it says that it is ready. Its output goes to `log`. */
export async function forkReady(
  module: string,
  args: string[],
  options: { env?: Environment; log: string },
): Promise<Child> {
  const startedAt = performance.now();
  const child = fork(module, args, {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => appendFileSync(options.log, text));
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`${module} ended with ${code} before it was ready; its output: ${options.log}`);
  });
  died.catch(() => undefined);
  await Promise.race([once(child, 'message'), died]);
  return { process: child, readyAfterMs: performance.now() - startedAt, stop: () => stop(child) };
}

export interface Ended {
  /** Null when it was stopped because its time was over. */
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
  readonly ms: number;
}

/** Runs a command to its end, at most for `capMs`: then its whole process group is stopped, and what it has printed counts. */
export async function runCapped(
  command: readonly string[],
  options: { readonly cwd: string; readonly env?: Environment; readonly capMs: number },
): Promise<Ended> {
  const startedAt = performance.now();
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (errors = (errors + text).slice(-4096)));
  const late = setTimeout(() => stopGroup(child), options.capMs);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => clearTimeout(late));
  return { code, output, errors, ms: performance.now() - startedAt };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await ended;
  clearTimeout(late);
}

async function stopGroup({ pid }: ChildProcess): Promise<void> {
  if (pid === undefined) return;
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(-pid, signal);
    } catch {
      return; // it has ended
    }
    await sleep(5_000);
  }
}
