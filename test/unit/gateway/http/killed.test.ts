import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestLogLine } from '../../../../src/gateway/request-log.ts';
import { call, compileProgram, fixture, model, row, signature, until } from './harness.ts';

let compiled: Awaited<ReturnType<typeof compileProgram>>;
let folder: string;
let gateway: ChildProcess;
let url: string;

/** A gateway as a program of its own, so that it can be killed: version 1 is good, version 4 mirrors and can be made to hang. */
const program = (stateFolder: string): string => `
import { readFile } from 'node:fs/promises';
import { startGateway } from './src/gateway/http/start-gateway.js';
const version = (number, name) => ({ model: '${model}', version: number, artifact: name, artifactDigest: name, signature: ${JSON.stringify(signature)} });
const route = { model: '${model}', segment: '', rev: 1, stable: 1, canary: null, weight: 0, shadow: 4, rollout: 'r7',
  leaseUntil: new Date(Date.now() + 60000).toISOString(), halted: null };
const routes = { routes: async () => [route], version: async (_, number) => version(number, number === 1 ? 'good' : 'slow'), haltRollout: async () => {} };
const store = { get: (key) => readFile(${JSON.stringify(dirname(fixture('good')))} + '/' + key.split('/')[0] + '.onnx'), put: async () => { throw new Error('down'); } };
const gateway = await startGateway({ routes, store, port: 0, host: '127.0.0.1', stateFolder: ${JSON.stringify(stateFolder)}, name: 'gw', challengerTimeoutMs: 60000 });
process.send(gateway.url);
`;

beforeAll(async () => {
  compiled = await compileProgram(
    'src/gateway/http/start-gateway.ts',
    'src/gateway/onnx/challenger-program.ts',
    'src/gateway/onnx/thread-program.ts',
  );
  folder = await mkdtemp(join(tmpdir(), 'perennial-killed-'));
  const main = join(compiled.folder, 'main.mjs');
  await writeFile(main, program(folder));
  gateway = spawn(process.execPath, [main], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  url = await new Promise((resolve) => gateway.once('message', (message) => resolve(String(message))));
});
afterAll(async () => {
  gateway.kill('SIGKILL');
  await compiled.remove();
  await rm(folder, { recursive: true, force: true });
});

async function spooledIds(): Promise<string[]> {
  const entries = await readdir(join(folder, 'spool'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((path) => readFile(path, 'utf8')));
  const lines = texts.flatMap((text) => text.split('\n').filter((line) => line !== ''));
  return lines
    .map((line): RequestLogLine => JSON.parse(line))
    .flatMap(({ id, role }) => (role === 'stable' ? [id] : []));
}

/** Processes that the gateway started. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

async function lives(pid: number): Promise<boolean> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text !== '' && !text.includes(') Z ');
}

describe.runIf(process.platform === 'linux')('a gateway that is killed', () => {
  it('loses no line older than 50 ms, and takes a hanging challenger with it', async () => {
    const predict = (id: string, b: number) =>
      call(`${url}/v1/models/${model}/predict`, { id, features: { ...row, b } });
    const ids = Array.from({ length: 100 }, (_, index) => `q${index}`);
    for (const id of ids) expect((await predict(id, 0)).status).toBe(200);
    await predict('hang', 1e6);
    const [challenger = 0] = await childrenOf(gateway.pid ?? 0);
    expect(await lives(challenger)).toBe(true);
    // 50 ms and what a loaded machine adds.
    await new Promise((resolve) => setTimeout(resolve, 250));
    gateway.kill('SIGKILL');
    await new Promise((resolve) => gateway.once('exit', resolve));
    expect((await spooledIds()).sort()).toEqual([...ids, 'hang'].sort());
    await until(
      () => lives(challenger),
      (alive) => !alive,
    );
  });
});
