/** The standard normal distribution, to about 1e-15 relative where it is used: intervals and e-processes. */

/** P(Z <= z). Formula: erfc by its Taylor series near zero and its continued fraction in the tails (Abramowitz & Stegun 7.1.6, 7.1.14). */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  return z < 0 ? upperTail(-z) : 1 - upperTail(z);
}

/** The z with P(Z <= z) = probability; infinite at 0 and 1. Newton steps on `normalCdf`, kept safe by a bracket. */
export function normalQuantile(probability: number): number {
  if (!(probability > 0)) return probability === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (!(probability < 1)) return probability === 1 ? Number.POSITIVE_INFINITY : Number.NaN;
  if (probability > 0.5) return -normalQuantile(1 - probability);
  let low = -40;
  let high = 0;
  let z = -1;
  for (let step = 0; step < 200; step += 1) {
    const error = Math.log(normalCdf(z) / probability);
    if (error > 0) high = z;
    else low = z;
    const newton = z - (error * normalCdf(z)) / density(z);
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - z) <= 1e-15 * Math.max(1, Math.abs(z))) return next;
    z = next;
  }
  return z;
}

function density(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** P(Z > z) for z >= 0. */
function upperTail(z: number): number {
  if (z > 39) return 0;
  return z < 2.5 ? 0.5 - centralMass(z) : density(z) / continuedFraction(z);
}

/** P(0 < Z < z) = density * (z + z^3/3 + z^5/15 + ...): all terms positive, so nothing cancels. */
function centralMass(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 3; term > sum * 1e-17; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return density(z) * sum;
}

function continuedFraction(z: number): number {
  let value = z;
  for (let k = 80; k >= 1; k -= 1) value = z + k / value;
  return value;
}
