import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deserialize } from 'node:v8';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PrepareStarter, startPrepareStarter } from '../../../../src/gateway/onnx/prepare-starter.ts';
import type { Signature } from '../../../../src/gateway/predictor.ts';

const signature: Signature = {
  task: 'binary-classification',
  features: [
    ...['hour', 'temp', 'wind'].map((name) => ({ name, type: 'numeric' as const })),
    ...['carrier', 'dest'].map((name) => ({ name, type: 'categorical' as const })),
  ],
  classes: [0, 1],
};
const modelPath = join(import.meta.dirname, '../../../fixtures/onnx/trees-binary.onnx');

let starter: PrepareStarter;
let folder: string;
let before: readonly number[];

/** Starters that this process has as children. */
function starters(): number[] {
  const listed = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', `${process.pid}`], { encoding: 'utf8' });
  const lines = listed.split('\n').filter((line) => line.includes('prepare-starter-program'));
  return lines.map((line) => Number.parseInt(line, 10));
}

beforeEach(async () => {
  before = starters();
  starter = startPrepareStarter();
  folder = await mkdtemp(join(tmpdir(), 'perennial-starter-'));
});
afterEach(async () => {
  starter.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the process that starts others in the place of the gateway', () => {
  it('has a model file looked into, and says when the result lies there', async () => {
    const target = join(folder, 'prepared');
    await starter.prepare({ modelPath, signature, target });
    expect(deserialize(await readFile(target))).toMatchObject({ kind: 'compiled' });
  });

  it('looks into several at once', async () => {
    const targets = ['a', 'b'].map((name) => join(folder, name));
    await Promise.all(targets.map((target) => starter.prepare({ modelPath, signature, target })));
    expect(targets.map(existsSync)).toEqual([true, true]);
  });

  it('fails a task whose program has ended without a result, and no other one', async () => {
    const nowhere = join(folder, 'no', 'such', 'folder');
    await expect(starter.prepare({ modelPath, signature, target: nowhere })).rejects.toThrow('preparing ended with 1');
    await starter.prepare({ modelPath, signature, target: join(folder, 'prepared') });
  });

  it('is begun again with the next task after it has died', async () => {
    const [pid = 0] = starters().filter((each) => !before.includes(each));
    const lost = starter.prepare({ modelPath, signature, target: join(folder, 'lost') });
    process.kill(pid, 'SIGKILL');
    await expect(lost).rejects.toThrow('the starter ended with SIGKILL');
    await starter.prepare({ modelPath, signature, target: join(folder, 'prepared') });
    expect(existsSync(join(folder, 'prepared'))).toBe(true);
  });

  it('is gone soon after it was closed, with what it had begun', async () => {
    const target = join(folder, 'prepared');
    const given = starter.prepare({ modelPath, signature, target }).catch((error: Error) => error.message);
    starter.close();
    expect(await given).toBe('the gateway was closed');
    const left = (): number[] => starters().filter((pid) => !before.includes(pid));
    for (let tries = 0; tries < 100 && left().length > 0; tries++) await sleep(50);
    expect(left()).toEqual([]);
  });
});
