import { type ChildProcess, spawn } from 'node:child_process';
import { PerennialError } from '../../errors/error.ts';
import { plainEnvironment } from '../plain-environment.ts';
import { forEachLine } from './lines.ts';
import { guardGroup } from './orphan-guard.ts';
import { killGroup, stopGroup } from './process-group.ts';

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly seconds: number;
}

export interface ProcessRun {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Added to the part of this process's environment that every program gets. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly graceMs: number;
  readonly hurry?: { readonly signal: AbortSignal; readonly graceMs: number };
  readonly onStdout: (line: string) => void;
  readonly onStderr: (line: string) => void;
}

/**
 * Runs a program in a process group of its own and resolves when it has ended and all it wrote has been read.
 * Nothing of the group outlives it, nor this process.
 */
export function runProcess(run: ProcessRun): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const [program = '', ...args] = run.argv;
    const startedAt = performance.now();
    const child = spawn(program, args, {
      cwd: run.cwd,
      env: { ...plainEnvironment(process.env), ...run.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    forEachLine(child.stdout, run.onStdout);
    forEachLine(child.stderr, run.onStderr);
    const release = superviseGroup(child, run);
    child.on('error', (cause) => {
      release();
      reject(cannotStart(run, cause));
    });
    child.on('close', (exitCode, signal) => {
      release();
      resolve({ exitCode, signal, seconds: (performance.now() - startedAt) / 1000 });
    });
  });
}

/** Stops the group on abort, sweeps up what its leader leaves behind, and has it killed should this process die. */
function superviseGroup(child: ChildProcess, { signal, graceMs, hurry }: ProcessRun): () => void {
  const { pid } = child;
  if (pid === undefined) return () => undefined;
  const guard = guardGroup(pid, graceMs);
  const timers: NodeJS.Timeout[] = [];
  const stop = () => timers.push(stopGroup(pid, graceMs));
  const stopSoon = () => timers.push(stopGroup(pid, hurry?.graceMs ?? graceMs));
  signal.addEventListener('abort', stop, { once: true });
  hurry?.signal.addEventListener('abort', stopSoon, { once: true });
  // Both may have fired while the process was being started.
  if (hurry?.signal.aborted) stopSoon();
  else if (signal.aborted) stop();
  // A grandchild that holds the pipes open would keep 'close' from coming.
  child.on('exit', () => killGroup(pid, 'SIGKILL'));
  return () => {
    signal.removeEventListener('abort', stop);
    hurry?.signal.removeEventListener('abort', stopSoon);
    // The number of a group that is gone may soon be another's.
    for (const timer of timers) clearTimeout(timer);
    guard.release();
  };
}

function cannotStart(run: ProcessRun, cause: Error): PerennialError {
  return new PerennialError('PRN-TRAINING-001', {
    message: `The trainer ${JSON.stringify(run.argv)} could not be started in ${run.cwd}: ${cause.message}.`,
    cause,
  });
}
