import { logFactorial } from './gamma.ts';

/**
 * P(D_n < d) by Durbin's matrix in the form of Marsaglia, Tsang & Wang (2003): the middle element of n! / n^n * H^n, where d = (k - h) / n and H
 * has 2k - 1 rows. Exact; meant for n up to a few hundred, where H^n stays far from overflow.
 */
export function durbinMatrix(d: number, n: number): number {
  const k = Math.ceil(n * d);
  const size = 2 * k - 1;
  const power = raise(startMatrix(size, k - n * d), size, n);
  return (power[(k - 1) * size + k - 1] as number) * Math.exp(logFactorial(n) - n * Math.log(n));
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

function raise(base: Float64Array, size: number, exponent: number): Float64Array {
  let result: Float64Array | null = null;
  let square = base;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = result === null ? square : multiply(result, square, size);
    if (left > 1) square = multiply(square, square, size);
  }
  return result ?? base;
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
