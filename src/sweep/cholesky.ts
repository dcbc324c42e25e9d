/**
 * Turns the lower half of a positive definite matrix into its Cholesky factor, in place.
 * @param rows row i has i + 1 numbers
 */
export function factorise(rows: readonly Float64Array[]): void {
  for (const [row, line] of rows.entries())
    for (let column = 0; column <= row; column += 1) {
      const other = rows[column] as Float64Array;
      let sum = line[column] as number;
      for (let at = 0; at < column; at += 1) sum -= (line[at] as number) * (other[at] as number);
      line[column] = column === row ? Math.sqrt(sum) : sum / (other[column] as number);
    }
}

/** Solves L x = values for a factor L. */
export function forward(factor: readonly Float64Array[], values: Float64Array): Float64Array {
  const solution = new Float64Array(factor.length);
  for (let row = 0; row < factor.length; row += 1) {
    const line = factor[row] as Float64Array;
    let sum = values[row] as number;
    for (let at = 0; at < row; at += 1) sum -= (line[at] as number) * (solution[at] as number);
    solution[row] = sum / (line[row] as number);
  }
  return solution;
}

/** Solves L' x = values for a factor L. */
export function backward(factor: readonly Float64Array[], values: Float64Array): Float64Array {
  const solution = Float64Array.from(values);
  for (let row = factor.length - 1; row >= 0; row -= 1) {
    const line = factor[row] as Float64Array;
    const solved = (solution[row] as number) / (line[row] as number);
    solution[row] = solved;
    for (let at = 0; at < row; at += 1) solution[at] = (solution[at] as number) - (line[at] as number) * solved;
  }
  return solution;
}

export function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) sum += (one[at] as number) * (other[at] as number);
  return sum;
}
