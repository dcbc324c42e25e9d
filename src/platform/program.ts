import { type ChildProcess, fork, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PerennialError } from '../errors/error.ts';

export interface ProgramSpec {
  readonly name: string;
  readonly log: string;
  readonly env: Readonly<Record<string, string>>;
  /** A module of ours and Node's flags for it, which says when it is ready; or a foreign binary, which is ready when its port answers. */
  readonly start:
    | { readonly module: string; readonly flags: readonly string[] }
    | { readonly binary: string; readonly args: readonly string[]; readonly port: number };
}

export interface ProgramEvents {
  /** It has a process id; whether it will answer is not known yet. */
  spawned(): void;
  died(why: string): void;
}

const readyWithinMs = 60_000;
const stopGraceMs = 20_000;

/** One child process: started, awaited until ready, started again when it dies, stopped on request. */
export class Program {
  readonly spec: ProgramSpec;
  readonly #events: ProgramEvents;
  #child: ChildProcess | null = null;
  #stopping = false;
  #deaths = 0;

  constructor(spec: ProgramSpec, events: ProgramEvents) {
    this.spec = spec;
    this.#events = events;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    const child = this.#spawn();
    this.#child = child;
    this.#events.spawned();
    try {
      await this.#untilReady(child);
    } catch (error) {
      // One that is merely late must not run beside its successor.
      child.kill('SIGKILL');
      throw error;
    }
    child.once('exit', (code, signal) => void this.#revive(signal ?? `exit code ${code}`));
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
      await ended;
      clearTimeout(late);
    }
  }

  #spawn(): ChildProcess {
    const { start, env, log } = this.spec;
    // The file itself, not a pipe through us: who outlives us must not die of a word that nobody reads.
    const file = openSync(log, 'a');
    const options = { env: { ...process.env, ...env }, detached: true };
    // A group of its own: Ctrl-C reaches the supervisor only, which stops the programs in order.
    const child =
      'module' in start
        ? fork(start.module, [], { ...options, execArgv: [...start.flags], stdio: ['ignore', file, file, 'ipc'] })
        : spawn(start.binary, start.args, { ...options, stdio: ['ignore', file, file] });
    closeSync(file);
    return child;
  }

  async #untilReady(child: ChildProcess): Promise<void> {
    const { start, name, log } = this.spec;
    const died = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) =>
        reject(notReady(name, `it ended with ${signal ?? `exit code ${code}`}`, log)),
      );
    });
    died.catch(() => undefined);
    const giveUp = new AbortController();
    const late = sleep(readyWithinMs, undefined, { signal: giveUp.signal }).then(() =>
      Promise.reject(notReady(name, `it was not ready within ${readyWithinMs / 1000} s`, log)),
    );
    late.catch(() => undefined);
    const ready =
      'module' in start
        ? new Promise((resolve) => child.once('message', resolve))
        : portAnswers(start.port, giveUp.signal);
    try {
      await Promise.race([ready, died, late]);
    } finally {
      giveUp.abort();
    }
  }

  /** Restarts at once, then ever more slowly while it keeps dying. */
  async #revive(why: string): Promise<void> {
    while (!this.#stopping) {
      this.#events.died(why);
      await sleep(Math.min(10_000, 100 * 2 ** this.#deaths++));
      if (this.#stopping) return;
      const alive = await this.start().then(
        () => true,
        () => false,
      );
      if (alive) {
        setTimeout(() => {
          this.#deaths = 0;
        }, 30_000).unref();
        return;
      }
    }
  }
}

function notReady(name: string, why: string, log: string): PerennialError {
  return new PerennialError('PRN-PLATFORM-005', { message: `${name} did not become ready: ${why}. Its log: ${log}` });
}

async function portAnswers(port: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (await isListening(port)) return;
    await sleep(25);
  }
}

export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
