/** Lower end of Wilson's interval for a share: what the share is at least, at `z` standard errors. 0 of 0 is 0. */
export function shareAtLeast(part: number, whole: number, z = 4): number {
  if (whole === 0) return 0;
  const share = part / whole;
  const centre = share + (z * z) / (2 * whole);
  const spread = z * Math.sqrt((share * (1 - share)) / whole + (z * z) / (4 * whole * whole));
  return Math.max(0, (centre - spread) / (1 + (z * z) / whole));
}

export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
  return (lower + upper) / 2;
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Rows of a record of counts, and the largest of them. */
export function topOf(
  counts: Readonly<Record<string, number>>,
): { readonly name: string; readonly rows: number } | null {
  let top: { name: string; rows: number } | null = null;
  for (const [name, rows] of Object.entries(counts)) if (top === null || rows > top.rows) top = { name, rows };
  return top;
}

/** What a record holds under a name that came with the data: a category may be called "constructor". */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** `1 row`, `12 rows`. */
export function counted(n: number, noun = 'row'): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** `"a", "b" and 3 more`. */
export function listed(names: readonly string[], shown = 3): string {
  const words = names.slice(0, shown).map((name) => JSON.stringify(name));
  return names.length > shown ? `${words.join(', ')} and ${names.length - shown} more` : words.join(', ');
}
