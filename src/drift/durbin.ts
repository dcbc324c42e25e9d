import { logFactorial } from './gamma.ts';

/**
 * P(D_n < d) by Durbin's matrix in the form of Marsaglia, Tsang & Wang (2003): the middle element of n! / n^n * H^n, where d = (k - h) / n and H
 * has 2k - 1 rows. Exact; its cost grows with the cube of n d.
 */
export function durbinMatrix(d: number, n: number): number {
  const k = Math.ceil(n * d);
  const size = 2 * k - 1;
  const { matrix, scale } = raise({ matrix: startMatrix(size, k - n * d), scale: 0 }, size, n);
  const middle = matrix[(k - 1) * size + k - 1] as number;
  return Math.exp(Math.log(middle) + scale + logFactorial(n) - n * Math.log(n));
}

/** A matrix times e^`scale`: its powers outgrow what a number can hold. */
interface Scaled {
  readonly matrix: Float64Array;
  readonly scale: number;
}

function startMatrix(size: number, h: number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= Math.min(size - 1, row + 1); column += 1) {
      const order = row - column + 1;
      let value = 1;
      if (column === 0) value -= h ** order;
      if (row === size - 1) value -= h ** order;
      if (column === 0 && row === size - 1) value += Math.max(0, 2 * h - 1) ** size;
      matrix[row * size + column] = value / Math.exp(logFactorial(order));
    }
  }
  return matrix;
}

function raise(base: Scaled, size: number, exponent: number): Scaled {
  let result: Scaled | null = null;
  let square = base;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = result === null ? square : product(result, square, size);
    if (left > 1) square = product(square, square, size);
  }
  return result ?? base;
}

function product(a: Scaled, b: Scaled, size: number): Scaled {
  const matrix = multiply(a.matrix, b.matrix, size);
  const largest = matrix.reduce((most, value) => Math.max(most, value), 0);
  if (largest < 1e100) return { matrix, scale: a.scale + b.scale };
  return { matrix: matrix.map((value) => value / largest), scale: a.scale + b.scale + Math.log(largest) };
}

function multiply(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let inner = 0; inner < size; inner += 1) {
      const factor = a[row * size + inner] as number;
      if (factor === 0) continue;
      for (let column = 0; column < size; column += 1) {
        const at = row * size + column;
        product[at] = (product[at] as number) + factor * (b[inner * size + column] as number);
      }
    }
  }
  return product;
}
