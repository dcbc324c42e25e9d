/**
 * Evidence that events which happen to at most every request fall below `rate`: the likelihood ratio of smaller rates against it, averaged.
 * A supermartingale while the true rate is at least `rate`, so it can be looked at as often as one likes.
 * @returns an e-value, at most 1e300
 */
export function rateBelow(events: number, of: number, rate: number): number {
  let sum = 0;
  for (const part of parts) {
    const alternative = rate * part;
    const hits = events === 0 ? 0 : events * Math.log(part);
    sum += Math.exp(Math.min(690, hits + (of - events) * Math.log((1 - alternative) / (1 - rate)))) / parts.length;
  }
  return sum;
}

const parts = [0, 0.1, 0.3, 0.6] as const;
