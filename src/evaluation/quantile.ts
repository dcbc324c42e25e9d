/**
 * The smallest value that at least `share` of them do not exceed (nearest rank).
 * @param sorted ascending; 0 for none
 */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
