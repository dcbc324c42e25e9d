import type { ObjectStore } from '../../artifacts/object-store.ts';
import { type Database, type DatabaseOptions, type Row, withDatabase } from '../../dataset/duckdb/database.ts';
import { ident, text } from '../../dataset/duckdb/sql.ts';
import type { Feature, ModelFile } from '../../plan/schema.ts';
import type { BinTally, LeakMeter, SeenRows } from '../leakage.ts';

type LabelledData = Pick<ModelFile, 'data' | 'task'>;

/** Numbers of more values are cut into parts of equal size; of categories the most frequent are kept apart. */
const [valuesAtMost, cuts] = [1_000, 100];

/** Reads the parts of a snapshot in an in-memory DuckDB. */
export function duckdbLeakMeter(options: DatabaseOptions & { readonly store: ObjectStore }): LeakMeter {
  const { store, ...database } = options;
  return {
    async measure({ file, manifest: { keys } }) {
      const path = async (key: string) => text(await store.localPath(key));
      const parts = {
        train: await path(keys.train),
        validation: await path(keys.validation),
        holdout: await path(keys.holdout),
        labels: await path(keys.holdoutLabels),
      };
      return await withDatabase(database, async (db) => {
        await define(db, file, parts);
        const features: Record<string, readonly BinTally[]> = {};
        for (const [name, feature] of Object.entries(file.data.features))
          features[name] = await binsOf(db, file, name, feature);
        return { features, ...(await seen(db, file)), ...(await times(db)) };
      });
    },
  };
}

/** One table of all rows. A row is learnt from or judged by its id's hash, so that the same rows always are. */
async function define(
  db: Database,
  { data, task }: LabelledData,
  parts: Readonly<Record<'train' | 'validation' | 'holdout' | 'labels', string>>,
): Promise<void> {
  const [id, time, label] = [data.id, data.time, data.label.column].map(ident) as [string, string, string];
  const features = Object.keys(data.features).map(ident);
  const own = [`${id} AS id_`, `${time} AS time_`, `${label} AS label_`, ...features].join(', ');
  const number = task === 'regression' ? 'CAST(label_ AS DOUBLE)' : '0.0';
  await db.run(`
    CREATE TEMP TABLE part AS
    SELECT *, ${number} AS y_, ${task === 'regression' ? "''" : 'CAST(label_ AS VARCHAR)'} AS class_ FROM (
      SELECT CASE WHEN hash(${id}) % 2 = 0 THEN 'learn' ELSE 'training' END AS part_, ${own} FROM read_parquet(${parts.train})
      UNION ALL BY NAME SELECT 'validation' AS part_, ${own} FROM read_parquet(${parts.validation})
      UNION ALL BY NAME SELECT 'holdout' AS part_, ${own} FROM read_parquet(${parts.holdout}) JOIN
        (SELECT ${id}, ${label} FROM read_parquet(${parts.labels})) USING (${id}))`);
}

async function binsOf(db: Database, { task }: LabelledData, name: string, feature: Feature): Promise<BinTally[]> {
  const binned = feature.type === 'numeric' ? await numberBins(db, name) : await categoryBins(db, name);
  const rows = await db.rows(`
    SELECT bin_, part_, class_, CAST(count(*) AS DOUBLE) AS n, sum(y_) AS s, sum(y_ * y_) AS q
    FROM (${binned}) WHERE part_ <> 'validation' GROUP BY ALL ORDER BY ALL`);
  return rows.map((row) => ({
    bin: String(row.bin_),
    part: String(row.part_) as BinTally['part'],
    label: task === 'regression' ? '' : String(row.class_),
    n: Number(row.n),
    sum: Number(row.s),
    sumOfSquares: Number(row.q),
  }));
}

/** Each value by the greatest cut that is not above it. */
async function numberBins(db: Database, name: string): Promise<string> {
  const column = ident(name);
  const learnt = `FROM part WHERE part_ = 'learn' AND ${column} IS NOT NULL`;
  const [row] = await db.rows(`SELECT CAST(count(DISTINCT ${column}) AS DOUBLE) AS n ${learnt}`);
  const shares = Array.from({ length: cuts }, (_, at) => at / cuts).join(', ');
  const values = Number(row?.n ?? 0) <= valuesAtMost ? column : `unnest(quantile_disc(${column}, [${shares}]))`;
  await db.run(`CREATE OR REPLACE TEMP TABLE cut AS SELECT DISTINCT ${values} AS from_ ${learnt}`);
  return `
    SELECT CASE WHEN ${column} IS NULL THEN 'missing' ELSE concat('from ', coalesce(CAST(from_ AS VARCHAR), 'the least')) END AS bin_, part_, class_, y_
    FROM part ASOF LEFT JOIN cut ON part.${column} >= cut.from_`;
}

async function categoryBins(db: Database, name: string): Promise<string> {
  const column = ident(name);
  await db.run(`
    CREATE OR REPLACE TEMP TABLE kept AS
    SELECT ${column} AS value_ FROM part WHERE part_ = 'learn' AND ${column} IS NOT NULL
    GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ${valuesAtMost}`);
  return `
    SELECT CASE WHEN ${column} IS NULL THEN 'missing' WHEN value_ IS NULL THEN 'another value' ELSE concat('"', value_, '"') END AS bin_, part_, class_, y_
    FROM part LEFT JOIN kept ON part.${column} = kept.value_`;
}

/** What the hold-out shares with the rows before it, and what as many of the last training rows share with theirs. */
async function seen(db: Database, { data }: LabelledData) {
  const content = `hash(${['label_', ...Object.keys(data.features).map(ident)].join(', ')})`;
  await db.run(`
    CREATE TEMP TABLE trace AS
    SELECT part_, id_, time_, ${content} AS content_,
      row_number() OVER (PARTITION BY part_ = 'holdout' ORDER BY time_ DESC, id_) AS from_last_ FROM part`);
  const heldOut = "part_ = 'holdout'";
  const held = "(SELECT count(*) FROM trace WHERE part_ = 'holdout')";
  return {
    byId: await shared(db, heldOut, `part_ <> 'holdout'`, 'one.id_ = other.id_'),
    byContent: await shared(
      db,
      heldOut,
      `part_ <> 'holdout'`,
      'one.content_ = other.content_ AND one.id_ <> other.id_',
    ),
    repeats: await shared(
      db,
      `part_ <> 'holdout' AND from_last_ <= ${held}`,
      `part_ <> 'holdout' AND from_last_ > ${held}`,
      'one.content_ = other.content_ AND one.id_ <> other.id_',
    ),
  };
}

async function shared(db: Database, some: string, others: string, same: string): Promise<SeenRows> {
  const from = `FROM (FROM trace WHERE ${some}) one`;
  const known = `EXISTS (SELECT 1 FROM (FROM trace WHERE ${others}) other WHERE ${same})`;
  const [row] = await db.rows(
    `SELECT CAST(count(*) AS DOUBLE) AS n, CAST(count(*) FILTER (WHERE ${known}) AS DOUBLE) AS seen ${from}`,
  );
  const examples = await db.rows(`SELECT CAST(id_ AS VARCHAR) AS id ${from} WHERE ${known} ORDER BY id LIMIT 3`);
  return { rows: Number(row?.n ?? 0), seen: Number(row?.seen ?? 0), examples: examples.map(({ id }) => String(id)) };
}

async function times(db: Database) {
  const [row] = await db.rows(`
    SELECT max(time_) FILTER (WHERE part_ <> 'holdout') AS last_, min(time_) FILTER (WHERE part_ = 'holdout') AS first_ FROM part`);
  return { lastTrained: instant(row, 'last_'), firstHeldOut: instant(row, 'first_') };
}

function instant(row: Row | undefined, name: string): string | null {
  const value = row?.[name] ?? null;
  if (value === null) return null;
  return value instanceof Date ? value.toISOString() : new Date(`${String(value)}Z`).toISOString();
}
