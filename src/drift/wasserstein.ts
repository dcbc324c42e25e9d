/**
 * Wasserstein-1 distance: the area between the two empirical distribution functions, in the unit of the values. Infinite values have no
 * finite distance and must be left out before. Null when a side is empty.
 * @param a ascending, finite
 * @param b ascending, finite
 */
export function wasserstein1(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  if (a.length === 0 || b.length === 0) return null;
  let [i, j, area] = [0, 0, 0];
  let last = Math.min(a[0] as number, b[0] as number);
  while (i < a.length || j < b.length) {
    const next = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY);
    area += (next - last) * Math.abs(i / a.length - j / b.length);
    while (a[i] === next) i += 1;
    while (b[j] === next) j += 1;
    last = next;
  }
  return area;
}

/** Standard deviation with n - 1, exactly 0 for values that are all equal; 0 for fewer than two values. */
export function standardDeviation(values: ArrayLike<number>): number {
  const n = values.length;
  if (n < 2) return 0;
  const origin = values[0] as number;
  let sum = 0;
  for (let at = 0; at < n; at += 1) sum += (values[at] as number) - origin;
  const mean = sum / n;
  let squares = 0;
  for (let at = 0; at < n; at += 1) squares += ((values[at] as number) - origin - mean) ** 2;
  return Math.sqrt(squares / (n - 1));
}
