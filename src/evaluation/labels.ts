/**
 * Labels as numbers: the class's position for classification (compared as text, because "1", 1 and true name the same class in
 * files and models), the value itself for regression (no classes). Unknown or missing labels become NaN.
 */
export function labelCodes(
  labels: readonly (number | string | null)[],
  classes: readonly (string | number)[],
): Float64Array {
  if (classes.length === 0) return Float64Array.from(labels, (label) => (label === null ? Number.NaN : Number(label)));
  const codes = new Map(classes.map((name, code) => [String(name), code]));
  return Float64Array.from(labels, (label) => (label === null ? Number.NaN : (codes.get(String(label)) ?? Number.NaN)));
}
