import { logGamma } from '../drift/gamma.ts';

/** P(T > t) of Student's distribution, for any degrees above 0: I(x) / 2 with x = v / (v + t^2), a = v / 2, b = 1/2. */
export function studentTail(t: number, degrees: number): number {
  if (Number.isNaN(t) || !(degrees > 0)) return Number.NaN;
  if (t === Number.POSITIVE_INFINITY) return 0;
  const half = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
  return t >= 0 ? half : 1 - half;
}

/** The t with P(T > t) = tail, for a tail of at most a half; infinite for no degrees. */
export function studentQuantile(tail: number, degrees: number): number {
  if (!(degrees > 0) || !(tail > 0)) return Number.POSITIVE_INFINITY;
  let [low, high] = [0, 1];
  while (studentTail(high, degrees) > tail && high < 1e9) high *= 2;
  for (let step = 0; step < 50; step += 1) {
    const middle = (low + high) / 2;
    if (studentTail(middle, degrees) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Regularised, by its continued fraction (Abramowitz & Stegun 26.5.8), on the side where that converges fast. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const log = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  return (Math.exp(log) / a) * fraction(x, a, b);
}

/** 1 / (1 + d1 / (1 + d2 / (1 + ...))), evaluated forwards as Lentz does. */
function fraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let [c, d] = [1, 1 / keep(1 - ((a + b) * x) / (a + 1), tiny)];
  let value = d;
  for (let m = 1; m < 500; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    for (const step of [even, odd]) {
      d = 1 / keep(1 + step * d, tiny);
      c = keep(1 + step / c, tiny);
      value *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return value;
}

function keep(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
