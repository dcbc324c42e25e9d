import { execFileSync } from 'node:child_process';
import { getPriority, setPriority } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { goFirst, startOrdinary } from '../../../../src/gateway/onnx/precedence.ts';

/** Only some users may go before others: what they get is what is expected. */
function allowed(niceness: number): number {
  const before = getPriority();
  try {
    setPriority(niceness);
    return niceness;
  } catch {
    return before;
  } finally {
    setPriority(before);
  }
}

let before: number;
beforeEach(() => {
  before = getPriority();
});
afterEach(() => setPriority(before));

describe('a thread that goes before other programs', () => {
  it('has the niceness that the system allows it, and says so', () => {
    const expected = allowed(-7);
    expect(goFirst(-7)).toBe(expected);
    expect(getPriority()).toBe(expected);
  });

  it('starts programs that go before nobody, and stays where it is', () => {
    const own = goFirst(-7);
    const theirs = startOrdinary(() => execFileSync('nice', { encoding: 'utf8' }));
    expect(Number(theirs)).toBe(Math.max(own, 0));
    expect(getPriority()).toBe(own);
  });

  it('stays where it is when a program cannot be started', () => {
    const own = goFirst(-7);
    const start = (): never => {
      throw new Error('no such program');
    };
    expect(() => startOrdinary(start)).toThrow('no such program');
    expect(getPriority()).toBe(own);
  });
});
