/** Rows as lists of active indicators: row r is `active[r * width]` to `active[(r + 1) * width - 1]`, one a feature. */
export interface Indicators {
  readonly width: number;
  /** How many different indicators there are. */
  readonly size: number;
  readonly active: Int32Array;
}

/** Weight of each indicator, the intercept last. */
export type Coefficients = Float64Array;

/**
 * Logistic regression on indicators with a ridge penalty, by Newton's method: at most 12 steps, each rows * width^2 / 2 plus size^3 / 6 operations.
 * @param labels 0 or 1 by row
 * @param rows which rows to learn from
 */
export function fitLogistic(
  data: Indicators,
  labels: ArrayLike<number>,
  rows: Int32Array,
  ridge: number,
): Coefficients {
  const size = data.size + 1;
  let weights: Coefficients = new Float64Array(size);
  for (let step = 0; step < 12; step += 1) {
    const { gradient, hessian } = curvature(data, labels, rows, weights, ridge);
    const move = solve(hessian, gradient, size);
    weights = weights.map((weight, at) => weight + (move[at] as number));
    if (Math.max(...move.map(Math.abs)) < 1e-6) break;
  }
  return weights;
}

export function logOdds({ width, active, size }: Indicators, weights: Coefficients, row: number): number {
  let sum = weights[size] as number;
  for (let at = row * width; at < (row + 1) * width; at += 1) sum += weights[active[at] as number] as number;
  return sum;
}

function curvature(
  data: Indicators,
  labels: ArrayLike<number>,
  rows: Int32Array,
  weights: Coefficients,
  ridge: number,
) {
  const size = data.size + 1;
  const gradient = weights.map((weight, at) => (at < data.size ? -ridge * weight : 0));
  const hessian = new Float64Array(size * size);
  for (let at = 0; at < size; at += 1) hessian[at * size + at] = at < data.size ? ridge : 1e-9;
  const on = new Int32Array(data.width + 1);
  on[data.width] = data.size;
  for (const row of rows) {
    on.set(data.active.subarray(row * data.width, (row + 1) * data.width));
    const p = 1 / (1 + Math.exp(-logOdds(data, weights, row)));
    const [slope, weight] = [(labels[row] as number) - p, Math.max(1e-9, p * (1 - p))];
    for (const i of on) {
      gradient[i] = (gradient[i] as number) + slope;
      for (const j of on) if (j <= i) hessian[i * size + j] = (hessian[i * size + j] as number) + weight;
    }
  }
  return { gradient, hessian };
}

/** Cholesky on the lower triangle, in place. */
function solve(matrix: Float64Array, right: Float64Array, size: number): Float64Array {
  for (let i = 0; i < size; i += 1)
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[i * size + j] as number;
      for (let k = 0; k < j; k += 1) sum -= (matrix[i * size + k] as number) * (matrix[j * size + k] as number);
      matrix[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (matrix[j * size + j] as number);
    }
  const x = right.slice();
  for (let i = 0; i < size; i += 1) {
    for (let k = 0; k < i; k += 1) x[i] = (x[i] as number) - (matrix[i * size + k] as number) * (x[k] as number);
    x[i] = (x[i] as number) / (matrix[i * size + i] as number);
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < size; k += 1) x[i] = (x[i] as number) - (matrix[k * size + i] as number) * (x[k] as number);
    x[i] = (x[i] as number) / (matrix[i * size + i] as number);
  }
  return x;
}
