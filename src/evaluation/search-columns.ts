/** A column that slices are looked for in. */
export interface SearchColumn {
  readonly name: string;
  readonly values: readonly (string | number | null)[];
}

/** A column as a few groups: each row's group, -1 for none. */
export interface GroupedColumn {
  readonly name: string;
  readonly groups: readonly string[];
  readonly group: Int16Array;
}

/** Numbers of many values become ranges of about as many rows each; other columns keep their most frequent values. */
export function groupColumn({ name, values }: SearchColumn, atLeastRows: number): GroupedColumn {
  const cuts = rangeCuts(values);
  const names = cuts ? values.map((value) => rangeName(value, cuts)) : values.map(valueName);
  const counts = new Map<string, number>();
  for (const each of names) counts.set(each, (counts.get(each) ?? 0) + 1);
  const groups = [...counts]
    .filter(([, count]) => count >= atLeastRows)
    .sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    .slice(0, groupsAtMost)
    .map(([each]) => each);
  const place = new Map(groups.map((each, at) => [each, at]));
  return { name, groups, group: Int16Array.from(names, (each) => place.get(each) ?? -1) };
}

/** The values of a numeric column as ranges: `cuts` lie between them, each range holds its lower cut. */
export function rangeName(value: string | number | null, cuts: readonly number[]): string {
  const number = typeof value === 'string' ? Number(value) : value;
  if (number === null || !Number.isFinite(number)) return missing;
  const above = cuts.filter((cut) => number >= cut).length;
  const [low, high] = [cuts[above - 1], cuts[above]];
  if (low === undefined) return `< ${shown(high ?? Number.NaN)}`;
  return high === undefined ? `≥ ${shown(low)}` : `${shown(low)} to < ${shown(high)}`;
}

/** Cuts into so many ranges of about as many rows each; fewer where values are equal. */
export function quantileCuts(values: readonly (string | number | null)[], ranges: number): readonly number[] {
  const numbers = Float64Array.from(values.flatMap((value) => (value === null || value === '' ? [] : [Number(value)])))
    .filter(Number.isFinite)
    .sort();
  const cuts = Array.from({ length: ranges - 1 }, (_, at) => numbers[Math.ceil(((at + 1) * numbers.length) / ranges)]);
  const lowest = numbers[0] ?? Number.NaN;
  return [...new Set(cuts.filter((cut) => cut !== undefined && cut > lowest) as number[])];
}

const groupsAtMost = 20;
const missing = '(missing)';

/** Null for what is no number, or has so few values that each can stand for itself. */
function rangeCuts(values: readonly (string | number | null)[]): readonly number[] | null {
  const different = new Set<number>();
  for (const value of values) {
    if (value === null) continue;
    if (typeof value === 'string') return null;
    different.add(value);
    if (different.size > groupsAtMost) return quantileCuts(values, 5);
  }
  return null;
}

function valueName(value: string | number | null): string {
  return value === null ? missing : String(value);
}

function shown(value: number): string {
  return String(Number(value.toPrecision(6)));
}
