import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repository } from './sandbox.ts';

export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `perennial` as users do, on the platform whose state lies in `state`, and waits for its end. */
export async function perennial(state: string, ...args: readonly string[]): Promise<Said> {
  return await startPerennial(state, ...args).ended;
}

/** The same, parsed. @throws Error when it does not end with 0 */
export async function perennialJson<T>(state: string, ...args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await perennial(state, ...args, '--json');
  if (code !== 0) throw new Error(`perennial ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
  return JSON.parse(stdout) as T;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Said>;
  /** Resolves with what has been said once it matches; rejects when the program ends before. */
  until(pattern: RegExp): Promise<string>;
}

export function startPerennial(state: string, ...args: readonly string[]): Started {
  const child = spawn(process.execPath, [join(repository, 'dist/src/cli/main.js'), ...args], {
    env: { ...process.env, PERENNIAL_STATE: state, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, stdout, stderr }));
  const until = async (pattern: RegExp) => {
    while (!pattern.test(stdout + stderr)) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`it ended with ${child.exitCode ?? child.signalCode}: ${stderr}${stdout}`);
      await new Promise((tick) => setTimeout(tick, 50));
    }
    return stdout + stderr;
  };
  return { child, ended, until };
}
