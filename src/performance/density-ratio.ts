import { encodeIndicators } from './indicators.ts';
import { fitLogistic, logOdds } from './logistic.ts';

type Columns = Readonly<Record<string, readonly (string | number | null)[]>>;

export interface Side {
  readonly columns: Columns;
  readonly days: ArrayLike<number>;
}

const folds = 4;
const ridge = 1;
/** Odds beyond this are a few rows that stand for all: they would only add noise. */
const largestLogOdds = 6;

/**
 * How much more often each reference row is seen now: odds of a logistic regression on binned columns that tells the current rows from the
 * reference's. Cross-fitted by day: a day's weights come from a model that has not seen the day, on either side.
 * @returns weights by reference row, with mean about 1
 */
export function densityRatio(reference: Side, current: Side, features: readonly string[]): Float64Array {
  const [before, now] = [reference.days.length, current.days.length];
  const joined = features.map((name) => [
    ...fill(reference.columns[name], before),
    ...fill(current.columns[name], now),
  ]);
  const data = encodeIndicators(joined, before + now);
  const labels = Float64Array.from({ length: before + now }, (_, row) => (row < before ? 0 : 1));
  const fold = [...foldOf(reference.days), ...foldOf(current.days)];
  const weights = new Float64Array(before);
  for (let held = 0; held < folds; held += 1) {
    const learned = Int32Array.from(fold.keys()).filter((row) => fold[row] !== held);
    const model = fitLogistic(data, labels, learned, ridge);
    for (let row = 0; row < before; row += 1)
      if (fold[row] === held) weights[row] = Math.exp(Math.min(largestLogOdds, logOdds(data, model, row)));
  }
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / Math.max(1, before);
  return weights.map((weight) => (mean > 0 ? weight / mean : 1));
}

/** Days in turns. */
function foldOf(days: ArrayLike<number>): number[] {
  const order = new Map([...new Set(Array.from(days))].map((day, at) => [day, at % folds]));
  return Array.from(days, (day) => order.get(day) ?? 0);
}

function fill(
  column: readonly (string | number | null)[] | undefined,
  rows: number,
): readonly (string | number | null)[] {
  return column ?? new Array<null>(rows).fill(null);
}
