import { durbinMatrix } from './durbin.ts';
import { logFactorial } from './gamma.ts';

/**
 * P(D_n >= d) of the one-sample, two-sided Kolmogorov statistic for n values. The choice of formulas follows Simard & L'Ecuyer (2011,
 * "Computing the Two-Sided Kolmogorov-Smirnov Distribution"): exact ends, Durbin's matrix for small n, twice the one-sided tail where the
 * two sides hardly overlap, Pelz and Good's series in the middle. Relative error below 1e-6, down to 1e-300.
 */
export function kolmogorovTail(d: number, n: number): number {
  const t = n * d;
  if (d >= 1) return 0;
  if (t <= 0.5) return 1;
  // Ruben & Gambino: both ends have closed forms.
  if (t <= 1) return 1 - Math.exp(logFactorial(n) - n * Math.log(n) + n * Math.log(2 * t - 1));
  if (t >= n - 1) return 2 * (1 - d) ** n;
  const scaled = t * d;
  if (d >= 0.5 || scaled >= (n <= 140 ? 4 : 2.2)) return Math.min(1, 2 * oneSidedTail(d, n));
  // Where d is small the series has few correct digits before n is large, and the matrix is small.
  const exact = n <= 140 || (n <= 10_000 && n * d ** 1.5 <= 1.4);
  return Math.min(1, Math.max(0, 1 - (exact ? durbinMatrix(d, n) : pelzGood(d, n))));
}

/**
 * P(D+_n >= d) by Birnbaum & Tingey (1951): d * sum over v of C(n, v) (v/n + d)^(v-1) (1 - d - v/n)^(n-v). The terms rise to one peak and
 * fall off at once: only those that count are summed. Of very many every so manieth stands for its neighbours: the terms lie on a smooth
 * curve that is flat at both ends, whose sum the trapezoidal rule gives to the last digits that the logarithms have.
 */
function oneSidedTail(d: number, n: number): number {
  const constant = logFactorial(n) + Math.log(d);
  const last = Math.floor(n * (1 - d));
  const logTerm = (v: number): number => {
    const rest = 1 - d - v / n;
    if (rest <= 0) return Number.NEGATIVE_INFINITY;
    const binomial = constant - logFactorial(v) - logFactorial(n - v);
    return binomial + (v - 1) * Math.log(v / n + d) + (n - v) * Math.log(rest);
  };
  const peak = firstWhere(0, last, (v) => logTerm(v) >= logTerm(v + 1));
  const least = logTerm(peak) - negligible;
  const from = firstWhere(0, peak, (v) => logTerm(v) >= least);
  const to = firstWhere(peak, last, (v) => logTerm(v + 1) < least);
  const step = Math.max(1, Math.floor((to - from) / summed));
  let sum = 0;
  for (let v = from; v <= to; v += step) sum += Math.exp(logTerm(v));
  return step * sum;
}

/** A term that is e^-50 of the largest does not change the sum, nor do a million of them. */
const negligible = 50;
/** A sixteenth of it would do; more of them even out the rounding of each. */
const summed = 2_048;

/** The first whole number of `low` to `high` for which `holds`, which then holds for all after it; `high` where there is none. */
function firstWhere(low: number, high: number, holds: (v: number) => boolean): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** P(D_n < d) by Pelz & Good (1976): four terms in powers of 1 / sqrt(n), each a theta series that falls off at once for small d. */
function pelzGood(d: number, n: number): number {
  const root = Math.sqrt(n);
  const z = root * d;
  const z2 = z * z;
  const z4 = z2 * z2;
  const z6 = z4 * z2;
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let k = 0; k < 40; k += 1) {
    const h = (Math.PI * (k + 0.5)) ** 2;
    const half = 2 * Math.exp(-h / (2 * z2));
    first += half;
    second += half * (h - z2);
    third += half * (6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * h + (1 - 2 * z2) * h * h);
    const linear = (135 * z4 - 96 * z6) * h - 30 * z6 - 90 * z4 * z4;
    fourth += half * (linear + (212 * z4 - 60 * z2) * h * h + (5 - 30 * z2) * h * h * h);
    const g = (Math.PI * k) ** 2;
    const whole = 2 * Math.exp(-g / (2 * z2));
    third -= whole * 2 * z4 * g;
    fourth += whole * 30 * z4 * (3 * g * z2 - g * g);
  }
  const terms = first / z + second / (6 * z4 * root) + third / (72 * z6 * z * n) + fourth / (6480 * z6 * z4 * n * root);
  return Math.sqrt(Math.PI / 2) * terms;
}
