import type { Database } from '../../dataset/duckdb/database.ts';
import type { PairFacts } from '../facts.ts';
import { lowestStrength, measurePairs, type Pair, type PairSource } from './pairs.ts';

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
  const sample = await sampled(database, source);
  for (const column of features.filter((name) => !source.categories.has(name))) {
    const others = features.filter((by) => by !== column).map((by): Pair => ({ column, by }));
    const [best] = (await measurePairs(database, others, sample))
      .filter(({ strength }) => (strength ?? 0) >= strong)
      .sort((a, b) => (b.strength ?? 0) - (a.strength ?? 0));
    const floor = best === undefined ? null : await lowestStrength(database, best, source);
    if (best === undefined || floor === null || floor < strong) continue;
    pairs.push(best);
    floors[`${best.column} ${best.by}`] = floor;
  }
  return { pairs, floors };
}

/** About so many rows, the same at every try. */
async function sampled(database: Database, source: PairSource & { readonly total: number }): Promise<PairSource> {
  const every = Math.max(1, Math.ceil(source.total / sampleRows));
  const names = [...source.rows.columns.values()].map(({ sql }) => sql).join(', ');
  await database.run(
    `CREATE OR REPLACE TEMP TABLE pair_rows AS SELECT row_time, ${names} FROM ${source.rows.sql} WHERE ${source.where} AND hash(row_time, ${names}) % ${every} = 0`,
  );
  return { ...source, rows: { ...source.rows, sql: 'pair_rows' }, where: 'true' };
}
