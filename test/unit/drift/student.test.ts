import { describe, expect, it } from 'vitest';
import { studentQuantile, studentTail } from '../../../src/drift/student.ts';

/** scipy.stats.t.sf */
const known = [
  [0.5, 3, 0.3257239824240755],
  [2, 10, 0.03669401738537018],
  [5.2, 13, 8.554534363524112e-5],
  [12, 7.5, 1.8304032278097405e-6],
  [3.3, 44, 0.0009611293608324098],
  [0, 5, 0.5],
  [40, 12, 1.925614790386016e-14],
] as const;

describe("the tail of Student's distribution", () => {
  it.each(known)('of %d with %d degrees is that of SciPy', (t, degrees, tail) => {
    expect(Math.abs(studentTail(t, degrees) / tail - 1)).toBeLessThan(1e-10);
    expect(studentTail(-t, degrees)).toBeCloseTo(1 - tail, 12);
  });

  it('is undone by the quantile', () => {
    for (const [t, degrees, tail] of known) expect(studentQuantile(tail, degrees)).toBeCloseTo(t, 8);
  });

  it('never calls anything certain without degrees of freedom', () => {
    expect(studentQuantile(0.01, 0)).toBe(Number.POSITIVE_INFINITY);
  });
});
