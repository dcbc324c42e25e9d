import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { builtinTrainers, expandCommand } from '../../../src/training/command-line.ts';
import type { TrainingJob } from '../../../src/training/contract.ts';
import { python, train, workplace, writeFlights } from './workplace.ts';

const commandOf = (trainer: keyof typeof builtinTrainers) =>
  expandCommand(builtinTrainers[trainer], { python, here: '/' });

async function flights(changes: Partial<TrainingJob>, rows = 600) {
  const place = await workplace(changes);
  await writeFlights(place, rows);
  return place;
}

describe('the built-in trainers', () => {
  it.each([
    ['xgboost', { rounds: 15 }],
    ['logistic-regression', { max_iter: 40 }],
  ] as const)(
    '%s trains, reports, and its file answers raw columns in onnxruntime for Node',
    async (trainer, parameters) => {
      const place = await flights({ parameters });
      const { outcome, progress, log } = await train(place, { command: commandOf(trainer) });
      if (outcome.kind !== 'done') throw new Error(`${JSON.stringify(outcome)}\n${log.join('\n')}`);
      expect(outcome.report).toMatchObject({ classes: [0, 1], device: 'cpu', parameters });
      expect(outcome.report.metrics.auc).toBeGreaterThan(0.8);
      expect(outcome.files).toEqual(expect.arrayContaining(['metrics.json', 'model.onnx']));
      expect(progress.at(-1)?.metrics).toEqual(outcome.report.metrics);

      const session = await InferenceSession.create(join(outcome.folder, 'model.onnx'));
      const answer = await session.run({
        hour: new Tensor('float32', [23, 3, Number.NaN], [3, 1]),
        carrier: new Tensor('string', ['AA', 'never seen', ''], [3, 1]),
      });
      const { dims, data } = answer.probabilities ?? new Tensor('float32', [], [0]);
      expect(dims).toEqual([3, 2]);
      expect(data[1]).toBeGreaterThan(0.5);
      expect(data[3]).toBeLessThan(0.5);
    },
  );

  it('an unknown parameter is a bad job that names the right one', async () => {
    const place = await flights({ parameters: { max_depht: 3 } });
    const { outcome } = await train(place, { command: commandOf('xgboost') });
    expect(outcome).toEqual({
      kind: 'bad-job',
      message: "unknown parameter 'max_depht': did you mean 'max_depth'?",
    });
  });

  it('stopped and run again ends in the same bytes as never stopped', async () => {
    const parameters = { rounds: 90, subsample: 0.7, colsample_bytree: 0.5 };
    const whole = await flights({ parameters });
    const command = commandOf('xgboost');
    const first = await train(whole, { command });
    expect(first.outcome.kind).toBe('done');

    const cut = await workplace();
    const job = { ...cut.job, parameters, data: whole.job.data, checkpoints: { ...cut.job.checkpoints, every: 20 } };
    const stop = new AbortController();
    const stopped = await train(cut, { command, job, signal: stop.signal, onProgress: () => stop.abort() });
    expect(stopped.outcome).toEqual({ kind: 'interrupted' });
    const resumed = await train(cut, { command, job });
    expect(resumed.log.join('\n')).toContain('resumed from the checkpoint of step');
    expect(await readFile(join(job.output, 'model.onnx'))).toEqual(
      await readFile(join(whole.job.output, 'model.onnx')),
    );
  });
});
