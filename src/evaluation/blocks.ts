/** Rows that belong together, and what is known of such groups. */
export interface Blocks {
  /** Block of each row, 0 to blocks - 1. */
  readonly block: Int32Array;
  readonly blocks: number;
  /** The same block of time has the same name in every part of the hold-out. */
  readonly names: Float64Array;
}

/**
 * The blocks that count as independent of one another. Days stay whole while there are enough of them; fewer say too little about their own
 * variation, so each is cut into runs of consecutive rows, about twenty in all.
 * @param day block of each row of the hold-out, any integers
 * @param rows row numbers of a part, in time order
 */
export function timeBlocks(rows: Int32Array, day: ArrayLike<number>, fewestDays = enoughDays): Blocks {
  const sizes = new Map<number, number>();
  for (const row of rows) {
    const name = day[row] ?? 0;
    sizes.set(name, (sizes.get(name) ?? 0) + 1);
  }
  const runsPerDay = sizes.size >= fewestDays ? 1 : Math.ceil(20 / Math.max(1, sizes.size));
  const first = new Map<number, number>();
  const names: number[] = [];
  for (const [name, size] of sizes) {
    first.set(name, names.length);
    const runs = Math.min(runsPerDay, size);
    for (let run = 0; run < runs; run += 1) names.push(runsPerDay === 1 ? name : name + (run + 1) / 32);
  }
  const seen = new Map<number, number>();
  const block = rows.map((row) => {
    const name = day[row] ?? 0;
    if (runsPerDay === 1) return first.get(name) as number;
    const [place, size] = [seen.get(name) ?? 0, sizes.get(name) as number];
    seen.set(name, place + 1);
    return (first.get(name) as number) + Math.floor((place * Math.min(runsPerDay, size)) / size);
  });
  return { block, blocks: names.length, names: Float64Array.from(names) };
}

/** Many days are taken together, neighbours with neighbours, into at most so many blocks: more gain nothing that Student's quantile would show. */
export function coarseBlocks(day: ArrayLike<number>, atMost = 60): ArrayLike<number> {
  const days = [...new Set(Array.from(day))].sort((a, b) => a - b);
  if (days.length <= atMost) return day;
  const place = new Map(days.map((name, at) => [name, Math.floor((at * atMost) / days.length)]));
  return Int32Array.from(day, (name) => place.get(name) as number);
}

/** Two days would ask for a t quantile of 12.7, which no gain survives. */
const enoughDays = 3;
