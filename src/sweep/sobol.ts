/**
 * Points of a Sobol sequence with a random digital shift: start points that leave no large hole (Sobol 1967; direction numbers of Joe and
 * Kuo 2008, new-joe-kuo-6.21201).
 * @param shifts one random number in [0, 1) a dimension: the same ones for all points of a sweep
 * @returns null in dimensions beyond the table
 */
export function sobolPoint(index: number, shifts: readonly number[]): (number | null)[] {
  const gray = (index ^ (index >>> 1)) >>> 0;
  return shifts.map((shift, dimension) => {
    const directions = directionsOf(dimension);
    if (directions === null) return null;
    let bits = Math.floor(shift * 2 ** 32) >>> 0;
    for (let bit = 0; bit < 32; bit += 1) if ((gray >>> bit) & 1) bits = (bits ^ (directions[bit] ?? 0)) >>> 0;
    return bits / 2 ** 32;
  });
}

/** Degree, coefficients and initial numbers of the primitive polynomials from the second dimension on. */
const polynomials: readonly (readonly [degree: number, coefficients: number, initial: readonly number[]])[] = [
  [1, 0, [1]],
  [2, 1, [1, 3]],
  [3, 1, [1, 3, 1]],
  [3, 2, [1, 1, 1]],
  [4, 1, [1, 1, 3, 3]],
  [4, 4, [1, 3, 5, 13]],
  [5, 2, [1, 1, 5, 5, 17]],
  [5, 4, [1, 1, 5, 5, 5]],
  [5, 7, [1, 1, 7, 11, 19]],
  [5, 11, [1, 1, 5, 1, 1]],
  [5, 13, [1, 1, 1, 3, 11]],
  [5, 14, [1, 3, 5, 5, 31]],
  [6, 1, [1, 3, 3, 9, 7, 49]],
  [6, 13, [1, 1, 1, 15, 21, 21]],
  [6, 16, [1, 3, 1, 13, 27, 49]],
  [6, 19, [1, 1, 1, 15, 7, 5]],
  [6, 22, [1, 3, 1, 15, 13, 25]],
  [6, 25, [1, 1, 5, 5, 19, 61]],
  [7, 1, [1, 3, 7, 11, 23, 15, 103]],
];

function directionsOf(dimension: number): number[] | null {
  if (dimension === 0) return Array.from({ length: 32 }, (_, bit) => 2 ** (31 - bit));
  const polynomial = polynomials[dimension - 1];
  if (!polynomial) return null;
  const [degree, coefficients, initial] = polynomial;
  const directions = initial.map((number, bit) => (number << (31 - bit)) >>> 0);
  for (let bit = degree; bit < 32; bit += 1) {
    const before = directions[bit - degree] ?? 0;
    let next = before ^ (before >>> degree);
    for (let term = 1; term < degree; term += 1)
      if ((coefficients >>> (degree - 1 - term)) & 1) next ^= directions[bit - term] ?? 0;
    directions.push(next >>> 0);
  }
  return directions;
}
