import type { NumericFacts } from './facts.ts';

/** Facts of a numeric column while they are being counted. */
export interface FactsTally {
  min: number;
  max: number;
  atMin: number;
  atMax: number;
  outOfRange: number;
  readonly range: readonly [number, number];
  readonly multiples: [number, number, number, number, number];
}

/** @param range that the model file declares */
export function emptyFacts(range: readonly [number, number] = [-Infinity, Infinity]): FactsTally {
  return { min: Infinity, max: -Infinity, atMin: 0, atMax: 0, outOfRange: 0, range, multiples: [0, 0, 0, 0, 0] };
}

/** Adds the finite ones of values: a second, cheap look at what tallyValues has in the cache. */
export function addFacts(facts: FactsTally, values: Float64Array, from: number, to: number): void {
  const [low, high] = facts.range;
  for (let at = from; at < to; at += 1) {
    const value = values[at] as number;
    if (!Number.isFinite(value)) continue;
    if (value < facts.min) [facts.min, facts.atMin] = [value, 0];
    if (value > facts.max) [facts.max, facts.atMax] = [value, 0];
    if (value === facts.min) facts.atMin += 1;
    if (value === facts.max) facts.atMax += 1;
    if (value < low || value > high) facts.outOfRange += 1;
    // Who is no multiple of 0.01 is none of the others: measurements with many decimals cost one look.
    for (let step = 4; step >= 0 && isMultiple(value, step); step -= 1)
      facts.multiples[step] = (facts.multiples[step] as number) + 1;
  }
}

/** Facts that take a query of their own. */
export type LookedUpFacts = Partial<Pick<NumericFacts, 'unreadable' | 'mode'>>;

export function factsOf({ atMin, atMax, outOfRange, multiples }: FactsTally, lookedUp: LookedUpFacts): NumericFacts {
  return { atMin, atMax, outOfRange, multiples: [...multiples], unreadable: [], ...lookedUp };
}

const perUnit = [0.01, 0.1, 1, 10, 100];

function isMultiple(value: number, step: number): boolean {
  const scaled = value * (perUnit[step] as number);
  // 39.02 * 100 is 3902.0000000000005.
  return Math.abs(scaled - Math.round(scaled)) <= 1e-9 * Math.max(1, Math.abs(scaled));
}
