import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const python = join(import.meta.dirname, '../../.venv-cloud/bin/python');

/** Starts fakecloud and waits until it answers; it ends with this process, and its machines end with it. */
export async function startProgram(settings: Readonly<Record<string, unknown>>): Promise<ChildProcess> {
  if (!existsSync(python)) {
    throw new Error(`there is no ${python}; \`node scripts/setup.mjs --cloud\` makes it`);
  }
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}` };
  const program = spawn(python, ['-m', 'fakecloud', JSON.stringify(settings)], {
    cwd: import.meta.dirname,
    env,
    // Its standard input ends when this process does, however that happens.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  await untilUp(program);
  return program;
}

/** Resolves when the cloud and all its machines have ended. */
export async function stopProgram(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const ended = new Promise((done) => program.once('exit', done));
  program.kill('SIGTERM');
  const late = AbortSignal.timeout(10_000);
  const kill = () => program.kill('SIGKILL');
  late.addEventListener('abort', kill);
  await ended;
  late.removeEventListener('abort', kill);
}

async function untilUp(program: ChildProcess): Promise<void> {
  let said = '';
  const hear = (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-16_384);
  };
  program.stdout?.on('data', hear);
  program.stderr?.on('data', hear);
  for (const giveUpAt = Date.now() + 60_000; !said.includes('fakecloud is up'); await sleep(20)) {
    if (program.exitCode !== null || Date.now() > giveUpAt) {
      program.kill('SIGKILL');
      throw new Error(`the cloud did not start (exit code ${program.exitCode}):\n${said}`);
    }
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** The modes in which machines can run on this host: without root there are no namespaces. */
export function modesHere(): readonly { readonly mode: string; readonly namespaces: boolean }[] {
  const plain = { mode: 'as plain processes', namespaces: false };
  const trial = spawnSync('unshare', ['--net', '--pid', '--mount', '--mount-proc', '--fork', 'true']);
  return trial.status === 0 ? [{ mode: 'in namespaces', namespaces: true }, plain] : [plain];
}
