import type { Random } from '../evaluation/random.ts';

/** Draws for simulated traffic; large counts by their normal approximation, small ones exactly. */

export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function chiSquared(random: Random, degrees: number): number {
  if (degrees > 60) return Math.max(0, degrees + Math.sqrt(2 * degrees) * normal(random));
  let sum = 0;
  for (let index = 0; index < degrees; index += 1) sum += normal(random) ** 2;
  return sum;
}

export function poisson(random: Random, mean: number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const floor = Math.exp(-mean);
  let [count, product] = [0, random()];
  while (product > floor) {
    count += 1;
    product *= random();
  }
  return count;
}

/** By inversion: as many steps as there are events. */
export function binomial(random: Random, n: number, p: number): number {
  if (n === 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(random, n, 1 - p);
  if (n * p > 60) return Math.min(n, Math.max(0, Math.round(n * p + Math.sqrt(n * p * (1 - p)) * normal(random))));
  const odds = p / (1 - p);
  let probability = (1 - p) ** n;
  let draw = random();
  let count = 0;
  while (draw > probability && count < n) {
    draw -= probability;
    probability *= (odds * (n - count)) / (count + 1);
    count += 1;
  }
  return count;
}
