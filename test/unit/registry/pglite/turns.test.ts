import { describe, expect, it } from 'vitest';
import { turns } from '../../../../src/registry/pglite/turns.ts';

describe('turns', () => {
  it('are given one at a time, in the order in which they were asked for', async () => {
    const queue = turns();
    const log: string[] = [];
    const visit = async (name: string): Promise<void> => {
      const end = await queue.take();
      log.push(`${name} in`);
      await new Promise((tick) => setImmediate(tick));
      log.push(`${name} out`);
      end();
    };
    await Promise.all(['a', 'b', 'c'].map(visit));
    expect(log).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  });

  it('are not given twice when one is ended twice', async () => {
    const queue = turns();
    const end = await queue.take();
    const second = queue.take();
    let thirdStarted = false;
    const third = queue.take().then((endThird) => {
      thirdStarted = true;
      return endThird;
    });
    end();
    end();
    const endSecond = await second;
    await new Promise((tick) => setImmediate(tick));
    expect(thirdStarted).toBe(false);
    endSecond();
    (await third)();
  });
});
