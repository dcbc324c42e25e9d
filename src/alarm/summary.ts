import type { Finding } from './finding.ts';

/** The worst finding, and how many more there are. */
export function summaryOf([worst]: readonly Finding[], count: number): string {
  if (worst === undefined) return '';
  const { column, says } = worst;
  const named = column === null || names(says, column) ? says : `${column}: ${says}`;
  return count > 1 ? `${named} (and ${count - 1} more)` : named;
}

/** As a word of its own: a column `a` is not named by "mean". */
function names(says: string, column: string): boolean {
  return /\W/.test(column) ? says.includes(column) : says.split(/\W+/).includes(column);
}
