import type { Finding } from './finding.ts';

/** The finding as one line that names its column and its rows, where its own words do not. */
export function sayFinding({ column, segment, says }: Pick<Finding, 'column' | 'segment' | 'says'>): string {
  const subject = column === null || names(says, column) ? '' : `${column}: `;
  const where = segment === null || says.includes(segment) ? '' : ` (${segment})`;
  return `${subject}${says}${where}`;
}

/** As a word of its own: "temp" is not named by "temperature". */
export function names(says: string, column: string): boolean {
  const at = says.indexOf(column);
  if (at < 0) return false;
  const isPart = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}_]/u.test(character);
  return !isPart(says[at - 1]) && !isPart(says[at + column.length]);
}
