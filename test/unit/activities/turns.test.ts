import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inTurns } from '../../../activities/turns.ts';

describe('work in turns', () => {
  it('never runs more at once than allowed, and all of it in the order in which it came', async () => {
    const turn = inTurns(2);
    const started: number[] = [];
    let running = 0;
    let most = 0;
    const work = (index: number) => async () => {
      started.push(index);
      running += 1;
      most = Math.max(most, running);
      await sleep(index % 3);
      running -= 1;
      return index;
    };
    const all = Array.from({ length: 20 }, (_, index) => index);
    expect(await Promise.all(all.map((index) => turn(work(index))))).toEqual(all);
    expect({ started, most }).toEqual({ started: all, most: 2 });
  });

  it('gives the place on when work fails', async () => {
    const turn = inTurns(1);
    const failed = turn(() => Promise.reject(new Error('no')));
    const next = turn(async () => 'yes');
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('yes');
  });
});
