/** What a day's rows are on average, in one or several dimensions, each in units in which one row has variance 1. */
export interface DayValue {
  /** Days since 1970. */
  readonly day: number;
  readonly rows: number;
  readonly values: readonly number[];
}

/** How days that follow one another differ from what they are together; per dimension. */
export interface Stretch {
  /** That have rows. */
  readonly days: number;
  /** Variance between the days over what independent rows would give; about 1 where days do not differ. */
  readonly ratio: number;
  readonly degrees: number;
  /** Rows of a typical day: (sum n - sum n^2 / sum n) / (days - 1). */
  readonly rowsPerDay: number;
  /** Mean product of neighbouring days' distances from the mean, and how many neighbours there are. */
  readonly product: number;
  readonly pairs: number;
}

/** Of the days from index `from` to `to`, both included; null for fewer than two with rows. */
export type StretchOf = (from: number, to: number) => Stretch | null;

/** Running sums: days, rows, squared rows, squares, then products and number of neighbours; then three of each dimension. */
const shared = 6;

/**
 * Makes any stretch of the days one subtraction of running sums.
 * @param dimensions that the values are free to vary in: of shares that sum to 1, one less than there are values
 */
export function stretchesOf(days: readonly DayValue[], dimensions: number): StretchOf {
  const width = shared + 3 * (days[0]?.values.length ?? 0);
  const sums = new Float64Array((days.length + 1) * width);
  for (const [at, day] of days.entries()) {
    sums.copyWithin((at + 1) * width, at * width, (at + 1) * width);
    addDay(sums.subarray((at + 1) * width, (at + 2) * width), day, days[at + 1]);
  }
  return (from, to) => {
    const difference = (part: number, end: number): number =>
      (sums[end * width + part] as number) - (sums[from * width + part] as number);
    const of = (part: number): number => difference(part, to + 1);
    // The last day's neighbour lies outside.
    const ofPairs = (part: number): number => (to > from ? difference(part, to) : 0);
    const [filled, rows, pairs] = [of(0), of(1), ofPairs(5)];
    if (filled < 2 || !(dimensions > 0)) return null;
    let [square, product] = [of(3), ofPairs(4)];
    for (let part = shared; part < width; part += 3) {
      const mean = of(part) / rows;
      square -= rows * mean * mean;
      product += pairs * mean * mean - mean * (ofPairs(part + 1) + ofPairs(part + 2));
    }
    const degrees = filled - 1;
    return {
      days: filled,
      ratio: Math.max(0, square) / dimensions / degrees,
      degrees,
      rowsPerDay: (rows - of(2) / rows) / degrees,
      product: pairs > 0 ? product / dimensions / pairs : 0,
      pairs,
    };
  };
}

function addDay(sums: Float64Array, { day, rows, values }: DayValue, next: DayValue | undefined): void {
  if (rows === 0) return;
  const add = (part: number, value: number): void => {
    sums[part] = (sums[part] as number) + value;
  };
  add(0, 1);
  add(1, rows);
  add(2, rows * rows);
  const neighbour = next !== undefined && next.rows > 0 && next.day === day + 1 ? next : null;
  if (neighbour !== null) add(5, 1);
  for (const [at, value] of values.entries()) {
    const part = shared + 3 * at;
    add(3, rows * value * value);
    add(part, rows * value);
    if (neighbour === null) continue;
    const other = neighbour.values[at] as number;
    add(4, value * other);
    add(part + 1, value);
    add(part + 2, other);
  }
}
