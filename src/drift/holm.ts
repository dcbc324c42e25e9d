/**
 * Holm's step-down correction (1979): rejecting every adjusted p below alpha keeps the probability of any false rejection at alpha, whatever
 * the dependence between the tests. Nulls (tests that are not defined) count as no test and stay null.
 */
export function holm(pValues: readonly (number | null)[]): (number | null)[] {
  const tests = pValues.flatMap((p, at) => (p === null ? [] : [{ p, at }])).sort((a, b) => a.p - b.p);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let largest = 0;
  tests.forEach(({ p, at }, rank) => {
    largest = Math.max(largest, Math.min(1, p * (tests.length - rank)));
    adjusted[at] = largest;
  });
  return adjusted;
}
