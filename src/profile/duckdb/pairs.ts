import type { Database, Row } from '../../dataset/duckdb/database.ts';
import type { ModelFile } from '../../plan/schema.ts';
import type { PairFacts } from '../facts.ts';
import { nameOf, numberOf, type SourceRows } from './source-rows.ts';

/** Which column another one is measured by. */
export interface Pair {
  readonly column: string;
  readonly by: string;
}

export interface PairSource {
  readonly rows: SourceRows;
  readonly where: string;
  readonly categories: ReadonlySet<string>;
}

export function pairSource({ data }: ModelFile, rows: SourceRows & { readonly where: string }): PairSource {
  const categories = Object.entries(data.features).flatMap(([name, { type }]) =>
    type === 'categorical' ? [name] : [],
  );
  return { rows, where: rows.where, categories: new Set(categories) };
}

/** How much of each pair's first column its second one explains, over the rows of `where`. */
export async function measurePairs(
  database: Database,
  pairs: readonly Pair[],
  source: PairSource,
): Promise<PairFacts[]> {
  const present = pairs.filter(({ column, by }) => source.rows.columns.has(column) && source.rows.columns.has(by));
  const strengths: PairFacts[] = [];
  for (const pair of present) {
    const [row] = await database.rows(strengthSql(pair, source, ''));
    strengths.push({ ...pair, strength: strengthOf(row) });
  }
  return strengths;
}

/** The lowest strength of a pair on any day with at least 100 rows; null where there are fewer than 5 such days. */
export async function lowestStrength(database: Database, pair: Pair, source: PairSource): Promise<number | null> {
  const days = await database.rows(strengthSql(pair, source, `date_trunc('day', row_time)`));
  const strengths = days.flatMap((row) => (Number(row.n) >= 100 ? [strengthOf(row) ?? 1] : []));
  return strengths.length < 5 ? null : Math.min(...strengths);
}

function strengthSql({ column, by }: Pair, source: PairSource, day: string): string {
  const { rows, where, categories } = source;
  const of = (name: string) => rows.columns.get(name) ?? { sql: 'NULL', kind: 'number' as const };
  const x = `nullif(${numberOf(of(column)).value}, 'NaN'::DOUBLE)`;
  const y = categories.has(by) ? nameOf(of(by)) : `nullif(${numberOf(of(by)).value}, 'NaN'::DOUBLE)`;
  const both = `(SELECT ${x} AS x, ${y} AS y, ${day || 'NULL'} AS day FROM ${rows.sql} WHERE ${where})`;
  // Infinite values, and those whose squares are, would end the query.
  const finite = `abs(x) < 1e100 AND ${categories.has(by) ? 'y IS NOT NULL' : 'abs(y) < 1e100'}`;
  if (!categories.has(by)) {
    return `SELECT day, count(*)::DOUBLE AS n, CASE WHEN var_pop(x) > 0 AND var_pop(y) > 0 THEN pow(corr(x, y), 2) END AS strength
            FROM ${both} WHERE ${finite} GROUP BY day`;
  }
  // One category a row would explain everything; the share that chance explains, (groups - 1) / (n - 1), is taken off.
  return `
    WITH grouped AS (SELECT day, y, count(*)::DOUBLE AS n, avg(x) AS mean, var_pop(x) * count(*) AS within FROM ${both} WHERE ${finite} GROUP BY day, y),
         whole AS (SELECT day, sum(n) AS n, count(*)::DOUBLE AS groups, sum(within) AS within, sum(n * mean) / sum(n) AS mean FROM grouped GROUP BY day),
         parts AS (SELECT w.day, any_value(w.n) AS n, any_value(w.groups) AS groups, any_value(w.within) AS within, sum(g.n * pow(g.mean - w.mean, 2)) AS between
                   FROM whole w JOIN grouped g ON g.day IS NOT DISTINCT FROM w.day GROUP BY w.day)
    SELECT day, n, CASE WHEN within + between > 0 AND n > groups
                        THEN greatest(0, 1 - (within / (n - groups)) / ((within + between) / (n - 1))) END AS strength FROM parts`;
}

function strengthOf(row: Row | undefined): number | null {
  return typeof row?.strength === 'number' && Number.isFinite(row.strength) ? row.strength : null;
}
