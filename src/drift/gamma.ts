/** log(n!) to the last digits: summed below 20, Stirling's series with four corrections above. */
export function logFactorial(n: number): number {
  return n < small.length ? (small[n] as number) : logGamma(n + 1);
}

/** log Gamma(x) for x > 0: raised to at least 16 by its recurrence, then Stirling's series. */
export function logGamma(x: number): number {
  let [at, product] = [x, 1];
  while (at < 16) {
    product *= at;
    at += 1;
  }
  const inverse = 1 / at;
  const square = inverse * inverse;
  const corrections =
    inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))));
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + corrections - Math.log(product);
}

/** P(X >= x) for a chi-square variable, down to 1e-300: Q(k/2, x/2), the regularised upper incomplete gamma function. */
export function chiSquareTail(x: number, degrees: number): number {
  if (!(x > 0)) return 1;
  const [a, z] = [degrees / 2, x / 2];
  const log = a * Math.log(z) - z - logGamma(a);
  return z < a + 1 ? 1 - Math.exp(log) * lowerSeries(a, z) : Math.exp(log) * upperFraction(a, z);
}

const small: readonly number[] = Array.from({ length: 20 }, (_, n) => {
  let product = 1;
  for (let factor = 2; factor <= n; factor += 1) product *= factor;
  return Math.log(product);
});

function lowerSeries(a: number, z: number): number {
  let term = 1 / a;
  let sum = term;
  for (let k = 1; term > sum * 1e-17; k += 1) {
    term *= z / (a + k);
    sum += term;
  }
  return sum;
}

/** Legendre's continued fraction, evaluated by Lentz's method. */
function upperFraction(a: number, z: number): number {
  let b = z + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k < 100_000; k += 1) {
    const factor = -k * (k - a);
    b += 2;
    d = 1 / nonZero(factor * d + b);
    c = nonZero(b + factor / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return value;
}

function nonZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}
