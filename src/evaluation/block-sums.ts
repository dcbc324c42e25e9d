import type { MetricSet } from './metric-set.ts';

/** Sums of row contributions per block: what a metric is without a block costs the number of sums, not of rows. */
export class BlockSums {
  readonly #blocks: number;
  readonly #width: number;
  readonly #sums: Float64Array;

  constructor(blocks: number, width: number) {
    this.#blocks = blocks;
    this.#width = width;
    this.#sums = new Float64Array(blocks * width);
  }

  add(block: number, column: number, value: number): void {
    const at = block * this.#width + column;
    this.#sums[at] = (this.#sums[at] as number) + value;
  }

  /**
   * Metrics that are functions of the sums, with the delete-one-block jackknife: (B - 1) / B * (value - value without the block), for which
   * B / (B - 1) times the sum of squares around the mean is the jackknife's variance.
   */
  metrics(names: readonly string[], of: (totals: Float64Array) => ArrayLike<number>): MetricSet {
    const blocks = this.#blocks;
    const totals = this.#totals();
    const values = Float64Array.from(of(totals));
    const influences = names.map(() => new Float64Array(blocks));
    const rest = new Float64Array(this.#width);
    for (let block = 0; block < blocks; block += 1) {
      for (let at = 0; at < rest.length; at += 1)
        rest[at] = remainder(totals[at] as number, this.#sums[block * this.#width + at] as number);
      const without = of(rest);
      influences.forEach((influence, at) => {
        influence[block] = ((blocks - 1) / blocks) * ((values[at] as number) - (without[at] as number));
      });
    }
    return { names, values, influences: influences.map(centred) };
  }

  #totals(): Float64Array {
    const totals = new Float64Array(this.#width);
    for (let at = 0; at < this.#sums.length; at += 1) {
      const column = at % this.#width;
      totals[column] = (totals[column] as number) + (this.#sums[at] as number);
    }
    return totals;
  }
}

/** What is left of equal amounts after the subtraction is rounding: nothing is left. */
function remainder(total: number, part: number): number {
  const left = total - part;
  return Math.abs(left) <= 1e-13 * Math.abs(part) ? 0 : left;
}

/** The jackknife measures distances from the mean of the values without a block, not from the value itself. */
export function centred(influence: Float64Array): Float64Array {
  const mean = influence.reduce((sum, value) => sum + value, 0) / influence.length;
  return influence.map((value) => value - mean);
}
