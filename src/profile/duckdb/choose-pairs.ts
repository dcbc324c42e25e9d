import type { Database } from '../../dataset/duckdb/database.ts';
import type { PairFacts } from '../facts.ts';
import { lowestStrength, measurePairs, type Pair, type PairSource } from './pairs.ts';
import { nameOf, numberOf } from './source-rows.ts';

/** Beyond so many features the pairs are too many to be looked at. */
const featuresAtMost = 32;
const sampleRows = 20_000;
/** A pair is worth watching when the one column explains so much of the other on every day of the reference. */
const strong = 0.5;

/**
 * For each numeric column the one that explains it best, where it does so on every day: what shows later that a column's rows were shuffled.
 * @param features in the order of the model file
 */
export async function choosePairs(
  database: Database,
  features: readonly string[],
  source: PairSource & { readonly total: number },
): Promise<{ readonly pairs: readonly PairFacts[]; readonly floors: Readonly<Record<string, number>> }> {
  const pairs: PairFacts[] = [];
  const floors: Record<string, number> = {};
  if (features.length > featuresAtMost || source.total === 0) return { pairs, floors };
  const best = strongest(await screened(database, features, source));
  for (const pair of best) {
    const floor = await lowestStrength(database, pair, source);
    if (floor === null || floor < strong) continue;
    pairs.push(...(await measurePairs(database, [pair], source)));
    floors[`${pair.column} ${pair.by}`] = floor;
  }
  return { pairs, floors };
}

interface Screened extends Pair {
  readonly strength: number;
}

function strongest(screened: readonly Screened[]): Pair[] {
  const best = new Map<string, Screened>();
  for (const pair of screened) {
    if (pair.strength >= strong && pair.strength > (best.get(pair.column)?.strength ?? 0)) best.set(pair.column, pair);
  }
  return [...best.values()].map(({ column, by }) => ({ column, by }));
}

/** Every pair at once, roughly: over a sample, in one query for the numbers and one for each category. */
async function screened(
  database: Database,
  features: readonly string[],
  source: PairSource & { readonly total: number },
): Promise<Screened[]> {
  const numbers = features.filter((name) => !source.categories.has(name));
  await sample(database, features, source);
  const at = (name: string): string => `f${features.indexOf(name)}`;
  const both = numbers.flatMap((column, index) => numbers.slice(index + 1).map((by) => ({ column, by })));
  const squares = both.map(({ column, by }, index) => `pow(corr(${at(column)}, ${at(by)}), 2) AS s${index}`);
  const [row] = squares.length === 0 ? [] : await database.rows(`SELECT ${squares.join(', ')} FROM pair_rows`);
  const found: Screened[] = both.flatMap(({ column, by }, index) => {
    const strength = finite(row?.[`s${index}`]);
    return [
      { column, by, strength },
      { column: by, by: column, strength },
    ];
  });
  for (const by of features.filter((name) => source.categories.has(name) && numbers.length > 0)) {
    const groups = numbers.map((name) => `count(${at(name)}) AS n_${at(name)}, avg(${at(name)}) AS m_${at(name)}`);
    const parts = numbers.map((name) => explained(at(name)));
    const [shares] = await database.rows(
      `SELECT ${parts.join(', ')} FROM (SELECT ${groups.join(', ')} FROM pair_rows WHERE ${at(by)} IS NOT NULL GROUP BY ${at(by)})`,
    );
    for (const column of numbers) found.push({ column, by, strength: finite(shares?.[`e_${at(column)}`]) });
  }
  return found;
}

/** Variance between the groups' means by the whole variance, less what as many groups explain by chance. */
function explained(column: string): string {
  const [n, m] = [`n_${column}`, `m_${column}`];
  const whole = `(SELECT var_pop(${column}) FROM pair_rows)`;
  const between = `(sum(${n} * pow(${m}, 2)) / sum(${n}) - pow(sum(${n} * ${m}) / sum(${n}), 2))`;
  return `${between} / nullif(${whole}, 0) - count(*) FILTER (WHERE ${n} > 0) / nullif(sum(${n}), 0) AS e_${column}`;
}

function finite(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** About so many rows, the same at every try; numbers whose squares would be infinite are null. */
async function sample(
  database: Database,
  features: readonly string[],
  { rows, where, categories, total }: PairSource & { readonly total: number },
): Promise<void> {
  const every = Math.max(1, Math.ceil(total / sampleRows));
  const list = features.map((name, index) => {
    const column = rows.columns.get(name) ?? { sql: 'NULL', kind: 'number' as const };
    const number = numberOf(column).value;
    return `${categories.has(name) ? nameOf(column) : `CASE WHEN abs(${number}) < 1e100 THEN ${number} END`} AS f${index}`;
  });
  // The time alone would keep or drop whole minutes.
  const salt = [...rows.columns.values()].map(({ sql }) => sql).join(', ');
  await database.run(
    `CREATE OR REPLACE TEMP TABLE pair_rows AS SELECT ${list.join(', ')} FROM ${rows.sql} WHERE ${where} AND hash(row_time, ${salt}) % ${every} = 0`,
  );
}
