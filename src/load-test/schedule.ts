import type { Random } from '../evaluation/random.ts';

/** Milliseconds after the start at which requests are due: a Poisson stream of that rate, ended after so many seconds. */
export function arrivals(rate: number, seconds: number, random: Random): Float64Array {
  const due: number[] = [];
  for (let at = gap(rate, random); at < seconds * 1_000; at += gap(rate, random)) due.push(at);
  return Float64Array.from(due);
}

/** One look at a higher rate. */
export interface StressStep {
  readonly rate: number;
  readonly answeredPerSecond: number;
  readonly p99Ms: number;
  readonly errors: number;
}

/** Rates of the stress step: each twice the one before. */
export function stressRates(rate: number): readonly number[] {
  return Array.from({ length: 7 }, (_, step) => rate * 2 ** (step + 1));
}

/** It carries a rate while all is answered, at nearly that rate, and few wait for more than a tenth of a second. */
export function carries({ rate, answeredPerSecond, p99Ms, errors }: StressStep): boolean {
  return errors === 0 && answeredPerSecond >= 0.9 * rate && p99Ms <= 100;
}

function gap(rate: number, random: Random): number {
  return (-Math.log(1 - random()) * 1_000) / rate;
}
