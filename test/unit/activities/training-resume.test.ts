import { describe, expect, it } from 'vitest';
import { trainingPlace, until } from './training-place.ts';

const parameters = { rounds: 2000, subsample: 0.7, colsample_bytree: 0.5 };

describe('a training that moves to another machine', () => {
  it('ends in the same bytes as one that nobody disturbed', async () => {
    const place = await trainingPlace();
    const request = place.request({ parameters, checkpointEvery: 50 });
    const whole = await (await place.machine()).start({ ...request, run: 'delays-r0' }).result;

    const notice = new AbortController();
    const first = await place.machine({ interruption: notice.signal });
    const rented = { ...request, machine: { attempt: 1, stallAfterMs: 60_000 } };
    const cut = first.start(rented);
    await until(() => cut.heartbeats.some(({ step }) => step > 0));
    notice.abort();
    await expect(cut.result).rejects.toMatchObject({
      type: 'PRN-RUN-003',
      message: expect.stringMatching(/after step \d+ of 2000\. The checkpoint of step [1-9]\d* is stored\./),
    });
    expect(await first.leftovers()).toEqual([]);

    const second = await place.machine();
    const resumed = await second.start({ ...rented, machine: { attempt: 2, stallAfterMs: 60_000 } }).result;
    expect(resumed.artifact).toBe('models/delays/runs/delays-r1/fit/single/a2-1');
    expect(resumed.artifactDigest).toBe(whole.artifactDigest);
    expect(await place.log('a2-1')).toMatch(/resumed from the checkpoint of step \d+/);
    expect(await place.log('a1-1')).toMatch(/interrupted: after step \d+ of 2000/);
    expect(await place.keys('checkpoints/')).toEqual([]);
    expect(await second.leftovers()).toEqual([]);
  });
});
