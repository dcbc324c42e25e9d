import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trainersPython } from '../../../../src/cli/trainers-python.ts';
import { optunaAsk, parametersOf } from '../../../../src/sweep/optuna-ask.ts';
import { optunaProcess } from '../../../../src/sweep/process/ask-optuna.ts';
import type { Space } from '../../../../src/sweep/space.ts';
import { inWorkerEnvironment } from '../../training/worker-environment.ts';

const space: Space = {
  booster: { choice: ['gbtree', 'dart'] },
  eta: { float: [0.01, 0.3], log: true },
  rate: { float: [0, 0.5], log: false, when: { parameter: 'booster', in: ['dart'] } },
  rounds: { fixed: 200 },
};
const askFor = (trialNumber: number) =>
  optunaAsk({ space, observations: [], running: [], seed: 1, trialNumber, sampler: 'optuna:cmaes' });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-optuna-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** A Python that says this and ends. */
async function pythonThat(says: string): Promise<string> {
  const path = join(folder, `python-${says.length}`);
  await writeFile(path, `#!/bin/sh\n${says}\n`);
  await chmod(path, 0o755);
  return path;
}

describe('asking Optuna', () => {
  it('answers each ask with a point of the space, the same one every time', async () => {
    const ask = optunaProcess({ python: trainersPython(process.env) });
    const [one, other, again] = await ask([askFor(0), askFor(1), askFor(0)]);
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
    for (const answer of [one, other]) {
      const parameters = parametersOf({ space }, answer ?? {});
      expect(parameters).toMatchObject({ rounds: 200 });
      expect(parameters && 'rate' in parameters).toBe(parameters?.booster === 'dart');
    }
  });

  it('tells it nothing of the worker’s secrets', async () => {
    const python = await pythonThat('env >&2; exit 3');
    const failure = inWorkerEnvironment(() => optunaProcess({ python })([askFor(0)]));
    await expect(failure).rejects.toThrow(/^(?!.*secret).*FEATURE_STORE=of-mine/s);
  });

  it.each([
    ['a package is missing', `echo "No module named 'torch'" >&2; exit 65`, 'PRN-SWEEP-002'],
    ['the Python is not that of the trainers', 'echo "No module named perennial_sampler" >&2; exit 1', 'PRN-SWEEP-002'],
    ['Optuna breaks', 'echo "ValueError: no" >&2; exit 1', 'PRN-SWEEP-003'],
  ])('says what to do when %s', async (_, says, code) => {
    const ask = optunaProcess({ python: await pythonThat(says) });
    const failure = await ask([askFor(0)]).then(
      () => expect.unreachable(),
      (error) => error,
    );
    expect(failure).toMatchObject({ code });
    expect(`${failure.message} ${failure.hint}`).toMatch(
      code === 'PRN-SWEEP-002' ? /pip install -r/ : /ValueError: no/,
    );
  });

  it('says which Python could not be started', async () => {
    const ask = optunaProcess({ python: join(folder, 'nowhere') });
    await expect(ask([askFor(0)])).rejects.toMatchObject({ code: 'PRN-SWEEP-003', message: /nowhere/ });
  });
});
