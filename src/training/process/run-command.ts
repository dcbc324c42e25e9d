import { spawn } from 'node:child_process';
import type { RunCommand } from '../command.ts';
import { expandCommand } from '../command-line.ts';
import { plainEnvironment } from '../plain-environment.ts';
import { stopGroup } from './process-group.ts';

const tailBytes = 4096;

/** Runs a command stage's program in the model file's folder; what it needs comes on standard input as JSON. */
export function commandRunner({
  python,
  graceMs = 5_000,
}: {
  readonly python: string;
  readonly graceMs?: number;
}): RunCommand {
  return ({ argv, base, stdin, signal }) =>
    new Promise((resolve, reject) => {
      const [program = '', ...args] = expandCommand(argv, { python, here: base });
      const startedAt = performance.now();
      const env = plainEnvironment(process.env);
      const child = spawn(program, args, { cwd: base, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
      let tail = '';
      const keep = (chunk: Buffer) => {
        tail = (tail + chunk.toString()).slice(-tailBytes);
      };
      child.stdout.on('data', keep);
      child.stderr.on('data', keep);
      // A program that does not read its input closes the pipe early; that is its right.
      child.stdin.on('error', () => undefined);
      child.stdin.end(stdin);
      const stop = () => {
        if (child.pid !== undefined) stopGroup(child.pid, graceMs);
      };
      signal.addEventListener('abort', stop, { once: true });
      child.on('error', reject);
      child.on('close', (exitCode, endedBy) => {
        signal.removeEventListener('abort', stop);
        const lines = tail.trimEnd().split('\n');
        resolve({
          exitCode,
          signal: endedBy,
          lastLine: lines.at(-1) ?? '',
          tail: lines.slice(-10).join('\n'),
          seconds: (performance.now() - startedAt) / 1000,
        });
      });
    });
}
