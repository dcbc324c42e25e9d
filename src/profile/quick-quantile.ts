/**
 * The normal quantile to 1.2e-9 relative, a hundred times quicker than the exact one: a thousand columns have a quarter of a million bins.
 * Rational approximations of P. J. Acklam (2003), in the middle and in the tails.
 */
export function quickQuantile(probability: number): number {
  if (probability <= 0) return Number.NEGATIVE_INFINITY;
  if (probability >= 1) return Number.POSITIVE_INFINITY;
  if (probability < tail) return -inTail(probability);
  if (probability > 1 - tail) return inTail(1 - probability);
  const q = probability - 0.5;
  const r = q * q;
  return (q * polynomial(middleTop, r)) / polynomial(middleBottom, r);
}

const tail = 0.02425;
const middleTop = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
];
const middleBottom = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1,
];
const tailTop = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const tailBottom = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1];

/** @returns the positive quantile of 1 - probability */
function inTail(probability: number): number {
  const q = Math.sqrt(-2 * Math.log(probability));
  return -polynomial(tailTop, q) / polynomial(tailBottom, q);
}

/** @param coefficients the highest power first */
function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
}
