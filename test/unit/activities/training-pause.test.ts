import { describe, expect, it } from 'vitest';
import type { TrainRequest } from '../../../src/training/request.ts';
import { trainingPlace } from './training-place.ts';

const parameters = { rounds: 90, subsample: 0.7 };
const rungsTo = (pauseAt: number): TrainRequest['rungs'] => ({
  ...{ sweep: 'nobody', metric: 'auc', pauseAt },
  asha: { eta: 3, firstRung: 1 / 9, promote: true },
});

describe('a trial that waits at its rungs', () => {
  it('tells its value there, goes on from its checkpoint, and ends in the same bytes as one that never waited', async () => {
    const place = await trainingPlace();
    const machine = await place.machine();
    const crossValidation = { folds: 3, by: 'time' } as const;
    const request = place.request({ parameters, checkpointEvery: 5, trial: 4, crossValidation });
    const whole = await machine.start({ ...request, run: 'delays-r0' }).result;
    expect(whole.folds).toHaveLength(3);

    const first = await machine.start({ ...request, rungs: rungsTo(0) }).result;
    expect(first.paused).toMatchObject({ step: 10, value: expect.any(Number) });
    expect(first.paused?.folds).toHaveLength(3);
    expect(await place.keys('runs/delays-r1/fit/t4/checkpoints/')).not.toEqual([]);
    expect(await place.keys('runs/delays-r1/fit/t4/result.json')).toEqual([]);
    expect(await machine.leftovers()).toEqual([]);

    const last = await (await place.machine()).start({ ...request, rungs: rungsTo(2) }).result;
    expect(last.paused).toBeUndefined();
    expect(last.artifactDigest).toBe(whole.artifactDigest);
    expect(last.metrics).toEqual(whole.metrics);
  });
});
