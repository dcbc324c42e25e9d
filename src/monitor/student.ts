import { incompleteBeta } from '../drift/beta.ts';
import { studentTail } from '../drift/student.ts';
import { normalQuantile } from '../evaluation/normal.ts';

/** P(|T| >= |t|) of Student's distribution. */
export function twoSidedTail(t: number, degrees: number): number {
  return 2 * studentTail(Math.abs(t), degrees);
}

/** P(F >= f) of the F distribution. */
export function fisherTail(f: number, numerator: number, denominator: number): number {
  if (!(f > 0)) return 1;
  return incompleteBeta(denominator / (denominator + numerator * f), denominator / 2, numerator / 2);
}

/** The p-value of a statistic whose scale was estimated with so many degrees of freedom, from the one for a known scale. */
export function widened(p: number, degrees: number): number {
  if (p >= 0.1 || !Number.isFinite(degrees)) return p;
  return p <= 0 ? 0 : twoSidedTail(normalQuantile(p / 2), degrees);
}
