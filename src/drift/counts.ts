import { PerennialError } from '../errors/error.ts';
import { chiSquareTail, logFactorial } from './gamma.ts';
import type { TestResult } from './kolmogorov-smirnov.ts';

export type HomogeneityTest = TestResult & { readonly degreesOfFreedom: number };

/**
 * Chi-square test that two samples have the same distribution over categories: of homogeneity, both sides being samples. Categories with an
 * expected count below 5 on either side are pooled, rarest first, until the pool is large enough.
 * @param a counts per category
 * @param b counts of the same categories
 * @returns nulls when a side is empty; p = 1 when at most one category is left
 * @throws PRN-DRIFT-001 counts that are none, or of different categories
 */
export function chiSquareHomogeneity(a: readonly number[], b: readonly number[]): HomogeneityTest {
  return homogeneity(a, b, (seen, expected) => (seen - expected) ** 2 / expected);
}

/** The likelihood-ratio (G) test of the same, over the same pooled categories. */
export function gTestHomogeneity(a: readonly number[], b: readonly number[]): HomogeneityTest {
  return homogeneity(a, b, (seen, expected) => (seen === 0 ? 0 : 2 * seen * Math.log(seen / expected)));
}

function homogeneity(
  a: readonly number[],
  b: readonly number[],
  term: (seen: number, expected: number) => number,
): HomogeneityTest {
  requireCounts(a, b);
  const [inA, inB] = [sum(a), sum(b)];
  if (inA === 0 || inB === 0) return { statistic: null, pValue: null, degreesOfFreedom: 0 };
  const cells = poolRare(a, b, Math.min(inA, inB) / (inA + inB));
  const statistic = cells.reduce((total, [x, y]) => {
    const expectedX = ((x + y) * inA) / (inA + inB);
    const expectedY = ((x + y) * inB) / (inA + inB);
    return total + term(x, expectedX) + term(y, expectedY);
  }, 0);
  const degreesOfFreedom = Math.max(0, cells.length - 1);
  return {
    statistic,
    pValue: degreesOfFreedom === 0 ? 1 : chiSquareTail(statistic, degreesOfFreedom),
    degreesOfFreedom,
  };
}

/**
 * Two-sided test that two shares are equal: chi-square on the two-by-two table (the squared two-proportion z), or Fisher's exact test when an
 * expected count is below 5. Null when a side has no rows.
 */
export function twoProportions(hitsA: number, rowsA: number, hitsB: number, rowsB: number): number | null {
  requireCounts([hitsA, rowsA - hitsA], [hitsB, rowsB - hitsB]);
  if (rowsA === 0 || rowsB === 0) return null;
  const hits = hitsA + hitsB;
  const misses = rowsA + rowsB - hits;
  if (hits === 0 || misses === 0) return 1;
  const rarest = (Math.min(hits, misses) * Math.min(rowsA, rowsB)) / (rowsA + rowsB);
  if (rarest < 5) return fisherExact(hitsA, rowsA, hits, rowsA + rowsB);
  return chiSquareHomogeneity([hitsA, rowsA - hitsA], [hitsB, rowsB - hitsB]).pValue;
}

/** Half the sum of the differences of shares: 0 = the same, 1 = nothing in common. Null when a side is empty. */
export function totalVariation(a: readonly number[], b: readonly number[]): number | null {
  requireCounts(a, b);
  const [inA, inB] = [sum(a), sum(b)];
  if (inA === 0 || inB === 0) return null;
  return a.reduce((total, count, at) => total + Math.abs(count / inA - (b[at] as number) / inB), 0) / 2;
}

type Cell = readonly [number, number];

/** @param smallerShare of the smaller sample: expected counts are smallest there */
function poolRare(a: readonly number[], b: readonly number[], smallerShare: number): Cell[] {
  const cells = a
    .map((count, at): Cell => [count, b[at] as number])
    .filter(([x, y]) => x + y > 0)
    .sort(([x, y], [u, v]) => x + y - (u + v));
  const enough = ([x, y]: Cell): boolean => (x + y) * smallerShare >= 5;
  let pool: Cell = [0, 0];
  while (cells.length > 0 && (!enough(cells[0] as Cell) || (sum(pool) > 0 && !enough(pool)))) {
    const [x, y] = cells.shift() as Cell;
    pool = [pool[0] + x, pool[1] + y];
  }
  return sum(pool) > 0 ? [pool, ...cells] : cells;
}

/** Sums every table with the same margins that is at most as likely as the one seen. */
function fisherExact(hitsA: number, rowsA: number, hits: number, rows: number): number {
  const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);
  const all = logChoose(rows, rowsA);
  const probability = (x: number): number => Math.exp(logChoose(hits, x) + logChoose(rows - hits, rowsA - x) - all);
  const limit = probability(hitsA) * (1 + 1e-7);
  let total = 0;
  for (let x = Math.max(0, rowsA - (rows - hits)); x <= Math.min(hits, rowsA); x += 1) {
    const p = probability(x);
    if (p <= limit) total += p;
  }
  return Math.min(1, total);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function requireCounts(a: readonly number[], b: readonly number[]): void {
  const bad = [...a, ...b].find((count) => !Number.isFinite(count) || count < 0);
  if (bad === undefined && a.length === b.length) return;
  throw new PerennialError('PRN-DRIFT-001', {
    message:
      bad === undefined
        ? `Counts of ${a.length} and ${b.length} categories cannot be compared.`
        : `${bad} is not a count.`,
  });
}
