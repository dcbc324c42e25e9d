import type { Point } from './space.ts';

/** A smooth surface through known values. */
export type Surface = (point: Point) => number;

/**
 * Interpolates by cubic radial basis functions with a linear tail (Gutmann 2001), smoothed a little so that noisy values do not bend it.
 * @param points distinct, finite, in [0, 1]
 * @returns null where the points do not determine a surface
 */
export function cubicSurface(points: readonly Point[], values: readonly number[], smoothing: number): Surface | null {
  const width = points[0]?.length ?? 0;
  const size = points.length + width + 1;
  if (points.length < width + 2) return null;
  const system = Array.from({ length: size }, () => new Float64Array(size + 1));
  for (const [row, point] of points.entries()) {
    const line = system[row] as Float64Array;
    for (const [column, other] of points.entries()) line[column] = distance(point, other) ** 3;
    line[row] = -smoothing;
    tail(point).forEach((value, at) => {
      line[points.length + at] = value;
      (system[points.length + at] as Float64Array)[row] = value;
    });
    line[size] = values[row] as number;
  }
  const weights = solve(system);
  if (weights === null) return null;
  return (point) => {
    let sum = 0;
    for (let at = 0; at < points.length; at += 1)
      sum += (weights[at] as number) * distance(point, points[at] as Point) ** 3;
    tail(point).forEach((value, at) => {
      sum += (weights[points.length + at] as number) * value;
    });
    return sum;
  };
}

export function distance(a: Point, b: Point): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) {
    const difference = (a[at] as number) - (b[at] as number);
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}

/** The least distance to any of the others; infinite where there are none. */
export function nearest(point: Point, others: readonly Point[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const other of others) {
    let sum = 0;
    for (let at = 0; at < point.length && sum < least; at += 1) {
      const difference = (point[at] as number) - (other[at] as number);
      sum += difference * difference;
    }
    if (sum < least) least = sum;
  }
  return Math.sqrt(least);
}

function tail(point: Point): number[] {
  return [1, ...point];
}

/** Gaussian elimination with partial pivoting on rows [A | b]; null for a singular system. */
function solve(rows: Float64Array[]): Float64Array | null {
  const size = rows.length;
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < size; row += 1)
      if (Math.abs(rows[row]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = row;
    const top = rows[pivot] as Float64Array;
    if (Math.abs(top[column] as number) < 1e-12) return null;
    [rows[pivot], rows[column]] = [rows[column] as Float64Array, top];
    for (let row = column + 1; row < size; row += 1) {
      const line = rows[row] as Float64Array;
      const factor = (line[column] as number) / (top[column] as number);
      if (factor !== 0)
        for (let at = column; at <= size; at += 1) line[at] = (line[at] as number) - factor * (top[at] as number);
    }
  }
  const solution = new Float64Array(size);
  for (let row = size - 1; row >= 0; row -= 1) {
    const line = rows[row] as Float64Array;
    let sum = line[size] as number;
    for (let at = row + 1; at < size; at += 1) sum -= (line[at] as number) * (solution[at] as number);
    solution[row] = sum / (line[row] as number);
  }
  return solution;
}
