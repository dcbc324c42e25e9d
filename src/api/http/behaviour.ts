import { ident, text } from '../../dataset/duckdb/sql.ts';
import type { Behaviour } from '../../decision/compare-versions.ts';
import { decidesFrom } from '../../evaluation/threshold.ts';
import { type PredictionFile, predictionsPrefix, readPredictionsKey } from '../../predictions/predictions.ts';
import type { VersionRecord } from '../../registry/registry.ts';
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
  const versions = await Promise.all([from, to].map((version) => registry.version(model, version)));
  const { id } = (await registry.model(model)).plan.file.data;
  const both = bothAnswers(id, versions);
  const [counts] = (await ask(countsOf(both))).rows;
  const [rows, flipped, mean, largest] = (counts ?? []).map(Number);
  if (!rows || mean === undefined || largest === undefined) return null;
  const regression = versions.some(({ signature }) => signature.task === 'regression');
  const furthest = await ask(furthestOf(both));
  return {
    ...{ rows, flipped: regression ? null : (flipped ?? null), meanChange: mean, largestChange: largest },
    examples: furthest.rows.map(([id, before, after]) => ({ id: String(id), from: Number(before), to: Number(after) })),
  };
}

const examples = 5;

/** A version may have answered the same row in several runs: its artifact is the same, and so is the answer. */
function bothAnswers(id: string, versions: readonly VersionRecord[]): string {
  const named = ident(id);
  const tables = versions.map(
    (one, at) => `${at === 0 ? 'one' : 'other'} AS (
      SELECT DISTINCT ON (${named}) ${named} AS id, ${answerSql(one)} AS answer, score FROM predictions WHERE version = ${one.version})`,
  );
  return `WITH ${tables.join(', ')}`;
}

/** The files were written before the version had a threshold: they name the likelier class. */
function answerSql({ threshold, signature: { classes } }: VersionRecord): string {
  const yesFrom = decidesFrom(threshold);
  if (yesFrom === undefined) return 'prediction::VARCHAR';
  const [no, yes] = classes.map((name) => text(String(name)));
  return `CASE WHEN score >= ${yesFrom} THEN ${yes} ELSE ${no} END`;
}

const countsOf = (both: string) => `${both}
  SELECT count(*), count(*) FILTER (one.answer <> other.answer),
    avg(abs(other.score - one.score)), max(abs(other.score - one.score)) FROM one JOIN other USING (id)`;

const furthestOf = (both: string) => `${both}
  SELECT id::VARCHAR, one.score, other.score FROM one JOIN other USING (id)
  ORDER BY abs(other.score - one.score) DESC, id LIMIT ${examples}`;
