import { studentQuantile } from '../drift/student.ts';

/** A value that is uncertain because other blocks of time would have come out otherwise. */
export interface Estimated {
  readonly value: number;
  /** What each block does to the value: see {@link MetricSet}. */
  readonly influence: Float64Array;
  /** Names of the blocks; a block of the same name is the same in other parts of the hold-out. */
  readonly names: Float64Array;
  /** Of Student's distribution: the number of blocks that their sizes are worth, less one. */
  readonly degrees: number;
}

/** sqrt(B / (B - 1) * sum of squares); NaN where some block's influence is not known. */
export function standardError({ influence }: Pick<Estimated, 'influence'>): number {
  const blocks = influence.length;
  if (blocks < 2) return Number.NaN;
  return Math.sqrt((blocks / (blocks - 1)) * influence.reduce((sum, value) => sum + value * value, 0));
}

/** Two-sided: value -+ t * standard error. Null where there is no standard error. */
export function studentInterval(
  estimated: Estimated,
  confidence: number,
): { readonly low: number; readonly high: number } | null {
  const error = standardError(estimated);
  if (!Number.isFinite(error) || !Number.isFinite(estimated.value)) return null;
  if (error === 0) return { low: estimated.value, high: estimated.value };
  const reach = studentQuantile((1 - confidence) / 2, estimated.degrees) * error;
  return Number.isFinite(reach) ? { low: estimated.value - reach, high: estimated.value + reach } : null;
}

/** Of two values on the same rows: what their blocks have in common falls out. */
export function minus(one: Estimated, other: Estimated): Estimated {
  return {
    ...one,
    value: one.value - other.value,
    influence: one.influence.map((value, at) => value - (other.influence[at] as number)),
  };
}

/** Blocks of unequal weight vary like fewer equal ones: (sum w)^2 / sum w^2 of them (Carter, Schnepel & Steigerwald 2017), less one. */
export function effectiveDegrees(weights: Float64Array): number {
  const [sum, squares] = weights.reduce(
    ([total, square], weight) => [total + weight, square + weight * weight],
    [0, 0],
  );
  return squares > 0 ? sum ** 2 / squares - 1 : 0;
}
