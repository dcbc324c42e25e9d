/** Row-major scores, as a predictor answers them; plain arrays serve as well. */
export interface ScoresLike {
  readonly rows: number;
  readonly width: number;
  readonly values: ArrayLike<number>;
}

/** A part of the hold-out, cut into blocks that are resampled together. */
export interface ScoredRows {
  readonly labels: ArrayLike<number>;
  readonly scores: ScoresLike;
  /** Row numbers of the part, in time order. */
  readonly rows: Int32Array;
  /** Block of each entry of `rows`, 0 to blocks - 1. */
  readonly block: Int32Array;
  readonly blocks: number;
}

/** Metrics as functions of how often each block counts: all ones give the point values, resampled counts a bootstrap replicate. */
export interface MetricSet {
  readonly names: readonly string[];
  /** One value per name; NaN = not defined. */
  evaluate(counts: Float64Array): Float64Array;
}

/** P(last class) of a binary model, which answers one or two columns. */
export function positiveProbability({ scores }: ScoredRows, row: number): number {
  return scores.values[row * scores.width + scores.width - 1] as number;
}

/** Sums of row contributions per block, so that a replicate costs blocks and not rows. */
export class BlockSums {
  readonly #width: number;
  readonly #sums: Float64Array;
  readonly #totals: Float64Array;

  constructor(blocks: number, width: number) {
    this.#width = width;
    this.#sums = new Float64Array(blocks * width);
    this.#totals = new Float64Array(width);
  }

  add(block: number, column: number, value: number): void {
    const at = block * this.#width + column;
    this.#sums[at] = (this.#sums[at] as number) + value;
  }

  /** The array is reused by the next call. */
  total(counts: Float64Array): Float64Array {
    this.#totals.fill(0);
    for (let block = 0; block < counts.length; block += 1) {
      const count = counts[block] as number;
      if (count === 0) continue;
      const from = block * this.#width;
      for (let column = 0; column < this.#width; column += 1)
        this.#totals[column] = (this.#totals[column] as number) + count * (this.#sums[from + column] as number);
    }
    return this.#totals;
  }
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
