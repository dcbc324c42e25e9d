import { kolmogorovTail } from './kolmogorov.ts';

export interface TestResult {
  /** Null where the test is not defined: a side without values. */
  readonly statistic: number | null;
  readonly pValue: number | null;
}

/**
 * P-value of the two-sample, two-sided Kolmogorov-Smirnov test: exact (lattice paths) up to a million pairs of values, else that of the
 * one-sample statistic at n = round(m n / (m + n)), as SciPy's asymptotic method takes it. With ties both are conservative.
 * @param statistic largest distance between the two empirical distributions
 * @param exact overrides the choice between the exact and the asymptotic p-value
 */
export function ksPValue(statistic: number, m: number, n: number, exact = m * n <= exactPairs): number {
  return exact ? pathsOutside(statistic, m, n) : kolmogorovTail(statistic, Math.max(1, Math.round((m * n) / (m + n))));
}

const exactPairs = 1_000_000;

/**
 * P(a random order of m and n values reaches |x / m - y / n| >= d), walking the lattice from (0, 0) to (m, n). Mass that leaves the band is
 * added up as it leaves: only positive terms, so that the smallest p-values keep their digits.
 */
function pathsOutside(d: number, m: number, n: number): number {
  // Distances are multiples of 1 / (m n); half of one absorbs rounding.
  const reach = Math.round(d * m * n) - 0.5;
  if (reach < 0) return 1;
  const inside = new Float64Array(n + 1);
  inside[0] = 1;
  let outside = 0;
  for (let x = 0; x <= m; x += 1) {
    const from = Math.max(0, Math.ceil((x * n - reach) / m));
    const to = Math.min(n, Math.floor((x * n + reach) / m));
    outside += walkColumn(inside, x, from, to, m, n);
  }
  return Math.min(1, outside);
}

/** One value of x: steps in y stay in the column, steps in x go to the next; returns the mass that leaves the band. */
function walkColumn(inside: Float64Array, x: number, from: number, to: number, m: number, n: number): number {
  let outside = 0;
  for (let y = 0; y < from; y += 1) {
    outside += inside[y] as number;
    inside[y] = 0;
  }
  let up = 0;
  for (let y = from; y <= to; y += 1) {
    const here = (inside[y] as number) + up;
    const left = m - x + (n - y);
    up = left === 0 ? 0 : (here * (n - y)) / left;
    inside[y] = left === 0 ? 0 : (here * (m - x)) / left;
  }
  for (let y = to + 1; y <= n; y += 1) {
    outside += inside[y] as number;
    inside[y] = 0;
  }
  return outside + up;
}
