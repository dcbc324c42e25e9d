/** Row-major scores, as a predictor answers them; plain arrays serve as well. */
export interface ScoresLike {
  readonly rows: number;
  readonly width: number;
  readonly values: ArrayLike<number>;
  /** Of two classes: the last one is answered from this probability on. Without it, above a half. */
  readonly yesFrom?: number | undefined;
}

/** A part of the hold-out, cut into blocks that belong together. */
export interface ScoredRows {
  readonly labels: ArrayLike<number>;
  readonly scores: ScoresLike;
  /** How much each row of the hold-out counts; null: all the same. */
  readonly weights: ArrayLike<number> | null;
  /** Row numbers of the part, in time order; none of them has the weight 0. */
  readonly rows: Int32Array;
  /** Block of each entry of `rows`, 0 to blocks - 1. */
  readonly block: Int32Array;
  readonly blocks: number;
}

/**
 * Metrics with what each block does to them. An influence is about (value with the block - value without it), scaled so that
 * B / (B - 1) times the sum of its squares estimates the variance of the value, blocks being independent of one another.
 */
export interface MetricSet {
  readonly names: readonly string[];
  /** One per name; NaN = not defined. */
  readonly values: Float64Array;
  /** By name, one per block; NaN where the metric is not defined without the block. */
  readonly influences: readonly Float64Array[];
}

/** P(last class) of a binary model, which answers one or two columns. */
export function positiveProbability({ scores }: Pick<ScoredRows, 'scores'>, row: number): number {
  return scores.values[row * scores.width + scores.width - 1] as number;
}

/** Class of a row of two classes: 1 for the last one, as the version's own threshold decides, or without one an argmax over both. */
export function decidedClass(scores: ScoresLike, row: number): 0 | 1 {
  return saysYes(positiveProbability({ scores }, row), scores.yesFrom) ? 1 : 0;
}

/** @param yesFrom undefined: above a half */
export function saysYes(probability: number, yesFrom: number | undefined): boolean {
  return yesFrom === undefined ? probability > 0.5 : probability >= yesFrom;
}

export function weightOf({ weights }: Pick<ScoredRows, 'weights'>, row: number): number {
  return weights === null ? 1 : (weights[row] as number);
}

/** One value per entry of the part, much faster than an array made by mapping. */
export function gathered(rows: Int32Array, of: (row: number) => number): Float64Array {
  const values = new Float64Array(rows.length);
  for (let at = 0; at < values.length; at += 1) values[at] = of(rows[at] as number);
  return values;
}

/** Probabilities are 32-bit floats: the loss of a certain and wrong answer is bounded as scikit-learn bounds it for that type. */
export const smallestProbability = 2 ** -23;

export function clipProbability(probability: number): number {
  return Math.min(Math.max(probability, smallestProbability), 1 - smallestProbability);
}

/** 0/0 is "not defined", never 0. */
export function ratio(numerator: number, denominator: number): number {
  return denominator > 0 ? numerator / denominator : Number.NaN;
}

export function joined(sets: readonly MetricSet[]): MetricSet {
  return {
    names: sets.flatMap(({ names }) => names),
    values: Float64Array.from(sets.flatMap(({ values }) => [...values])),
    influences: sets.flatMap(({ influences }) => influences),
  };
}
