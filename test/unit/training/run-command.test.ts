import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { commandRunner } from '../../../src/training/process/run-command.ts';
import { harmless, inWorkerEnvironment } from './worker-environment.ts';

const run = async (script: string, stdin = '') =>
  await commandRunner({ python: 'python3' })({
    ...{ argv: [process.execPath, '-e', script], base: tmpdir(), stdin },
    signal: new AbortController().signal,
  });

test('a command stage gets what programs need of the worker’s environment, and none of its secrets', async () => {
  const { exitCode, lastLine } = await inWorkerEnvironment(() => run('console.log(JSON.stringify(process.env))'));
  expect([exitCode, lastLine.includes('secret')]).toEqual([0, false]);
  expect(JSON.parse(lastLine)).toMatchObject({ ...harmless, PATH: process.env.PATH });
});

test('a command stage reads what it is about from its standard input, in the folder of the model file', async () => {
  const script = `process.stdin.on('data', (text) => console.log(process.cwd(), JSON.parse(text).run))`;
  expect(await run(script, '{"run":"m-r1"}')).toMatchObject({ exitCode: 0, lastLine: `${tmpdir()} m-r1` });
});
