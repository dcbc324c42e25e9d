import { normalCdf } from '../evaluation/normal.ts';
import { incompleteBeta } from './beta.ts';

/** P(T > t) of Student's distribution, for any degrees above 0, infinite ones being the normal: I(x) / 2 with x = v / (v + t^2), a = v / 2, b = 1/2. */
export function studentTail(t: number, degrees: number): number {
  if (Number.isNaN(t) || !(degrees > 0)) return Number.NaN;
  if (t === Number.POSITIVE_INFINITY) return 0;
  if (degrees > 1e6) return normalCdf(-t);
  const half = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
  return t >= 0 ? half : 1 - half;
}

/** The t with P(T > t) = tail, for a tail of at most a half; infinite for no degrees. */
export function studentQuantile(tail: number, degrees: number): number {
  if (!(degrees > 0) || !(tail > 0)) return Number.POSITIVE_INFINITY;
  let [low, high] = [0, 1];
  while (studentTail(high, degrees) > tail && high < 1e9) high *= 2;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (studentTail(middle, degrees) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
