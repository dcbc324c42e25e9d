import { spawn } from 'node:child_process';
import type { RunCommand } from '../command.ts';
import { expandCommand } from './expand-command.ts';

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
      const child = spawn(program, args, { cwd: base, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
      let tail = '';
      const keep = (chunk: Buffer) => {
        tail = (tail + chunk.toString()).slice(-tailBytes);
      };
      child.stdout.on('data', keep);
      child.stderr.on('data', keep);
      // A program that does not read its input closes the pipe early; that is its right.
      child.stdin.on('error', () => undefined);
      child.stdin.end(stdin);
      const stop = () => stopGroup(child.pid, graceMs);
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

/** The whole process group: a shell script's children go with it. */
function stopGroup(pid: number | undefined, graceMs: number): void {
  if (pid === undefined) return;
  const send = (name: NodeJS.Signals) => {
    try {
      process.kill(-pid, name);
    } catch {
      // already gone
    }
  };
  send('SIGTERM');
  setTimeout(() => send('SIGKILL'), graceMs).unref();
}
