import { spawn, spawnSync } from 'node:child_process';
import { root } from './paths.mjs';

/**
 * Runs a program without a terminal and keeps what it printed; a set-up step is silent unless it fails.
 * @returns {Promise<{status: number, output: string}>} `status` is 127 when there is no such program, 124 when time ran out
 */
export function capture(command, args, { cwd = root, env = {}, timeoutMs = 15 * 60_000 } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    const finish = (status) => {
      clearTimeout(timer);
      done({ status: timedOut ? 124 : status, output: Buffer.concat(chunks).toString() });
    };
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', () => finish(127));
    child.on('close', (status) => finish(status ?? 1));
  });
}

/** The end of a failed program's output: the reason nearly always stands there. */
export function lastLines(output, count = 25) {
  return output.trimEnd().split('\n').slice(-count).join('\n');
}

export function isOnPath(command, args = ['--version']) {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 20_000 }).status === 0;
}
