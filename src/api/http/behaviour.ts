import type { Behaviour } from '../../decision/compare-versions.ts';
import { type PredictionFile, predictionsPrefix, readPredictionsKey } from '../../predictions/predictions.ts';
import type { ApiContext } from './context.ts';

/** How two versions answer the hold-out rows that both have answered; null where the answers of one are not kept, or nobody can read them here. */
export async function behaviourOf(
  { registry, store, queries }: ApiContext,
  model: string,
  from: number,
  to: number,
): Promise<Behaviour | null> {
  if (!queries) return null;
  const keys = (await store.list(predictionsPrefix(model))).flatMap((key) => {
    const named = readPredictionsKey(key);
    return named && named.part === 'holdout' && [from, to].includes(named.version) ? [{ key, named }] : [];
  });
  if (![from, to].every((version) => keys.some(({ named }) => named.version === version))) return null;
  const files: PredictionFile[] = await Promise.all(
    keys.map(async ({ key, named }) => ({ ...named, path: await store.localPath(key) })),
  );
  const ask = async (sql: string) =>
    await queries.ask({ sql, files, tables: {}, rowsAtMost: examples, timeoutMs: 20_000 });
  const [counts] = (await ask(countsOf(from, to))).rows;
  const [rows, flipped, mean, largest] = (counts ?? []).map(Number);
  if (!rows || mean === undefined || largest === undefined) return null;
  const { task } = (await registry.version(model, to)).signature;
  const furthest = await ask(furthestOf(from, to));
  return {
    ...{ rows, flipped: task === 'regression' ? null : (flipped ?? null), meanChange: mean, largestChange: largest },
    examples: furthest.rows.map(([id, before, after]) => ({ id: String(id), from: Number(before), to: Number(after) })),
  };
}

const examples = 5;

/** A version may have answered the same row in several runs: its artifact is the same, and so is the answer. */
const both = (from: number, to: number) => `
  WITH one AS (SELECT DISTINCT ON (id) id, prediction, score FROM predictions WHERE version = ${from}),
       other AS (SELECT DISTINCT ON (id) id, prediction, score FROM predictions WHERE version = ${to})`;

const countsOf = (from: number, to: number) => `${both(from, to)}
  SELECT count(*), count(*) FILTER (one.prediction::VARCHAR <> other.prediction::VARCHAR),
    avg(abs(other.score - one.score)), max(abs(other.score - one.score)) FROM one JOIN other USING (id)`;

const furthestOf = (from: number, to: number) => `${both(from, to)}
  SELECT id::VARCHAR, one.score, other.score FROM one JOIN other USING (id)
  ORDER BY abs(other.score - one.score) DESC, id LIMIT ${examples}`;
