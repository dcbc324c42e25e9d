import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withDatabase } from '../../../src/dataset/duckdb/database.ts';
import { text } from '../../../src/dataset/duckdb/sql.ts';
import type { FeatureBatch, Signature } from '../../../src/gateway/predictor.ts';
import { duckdbPredictionQueries } from '../../../src/predictions/duckdb/ask.ts';
import { duckdbPredictionFiles } from '../../../src/predictions/duckdb/write-predictions.ts';
import {
  type LoggedFiles,
  type PredictionFile,
  predictionsKey,
  readPredictionsKey,
} from '../../../src/predictions/predictions.ts';

const signature: Signature = {
  task: 'binary-classification',
  features: [
    { name: 'x', type: 'numeric' },
    { name: 'gone', type: 'categorical' },
  ],
  classes: [0, 1],
};
const data = {
  source: { format: 'parquet', uri: '' } as const,
  ...{
    time: 'at',
    id: 'key',
    label: { column: 'y', maturesAfter: '0s' },
    features: {},
    sensitive: ['name'],
    segmentBy: null,
    segments: [],
  },
};
let folder: string;
const options = () => ({ tempFolder: join(folder, 'temp') });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-predictions-'));
  await withDatabase(options(), async (db) => {
    const rows = `SELECT 'k' || i AS key, TIMESTAMP '2026-01-01' + to_seconds(i) AS at, i / 50000.0 AS x, 'secret' AS name, (i % 3 = 0)::INT AS y FROM range(50000) t(i)`;
    await db.run(`COPY (SELECT * EXCLUDE (y) FROM (${rows})) TO ${text(join(folder, 'rows.parquet'))}`);
    await db.run(`COPY (SELECT key, y FROM (${rows}) ORDER BY hash(key)) TO ${text(join(folder, 'labels.parquet'))}`);
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Says x for the second class. */
const predict = async ({ rows, columns }: FeatureBatch) => {
  const values = Float32Array.from({ length: rows * 2 }, (_, at) => {
    const x = Number(columns.x?.[at >> 1]);
    return at % 2 === 1 ? x : 1 - x;
  });
  return { rows, width: 2, values };
};

async function written(name: string, of: Signature = signature, scores = predict): Promise<PredictionFile> {
  const to = join(folder, `${name}.parquet`);
  const [rows, labels] = [join(folder, 'rows.parquet'), join(folder, 'labels.parquet')];
  expect(await duckdbPredictionFiles(options()).write({ data, signature: of, rows, labels, predict: scores, to })).toBe(
    50_000,
  );
  return { path: to, model: 'm', run: 'm-r1', version: 3, part: 'holdout' };
}

const ask = async (
  sql: string,
  files: readonly PredictionFile[],
  more: { rowsAtMost?: number; timeoutMs?: number; log?: LoggedFiles } = {},
) => {
  const tables = {
    versions: [
      { model: 'm', version: 3, state: 'stable' },
      { model: "o'm", version: 4, state: null },
    ],
  };
  return await duckdbPredictionQueries(options()).ask({
    sql,
    files,
    tables,
    rowsAtMost: 10,
    timeoutMs: 60_000,
    ...more,
  });
};

describe('predictions', () => {
  it('are kept for every row with its id, time and label, and without features or sensitive columns', async () => {
    const file = await written('binary');
    const columns = await ask('select column_name from (describe predictions)', [file], { rowsAtMost: 20 });
    expect(columns.rows.flat()).toEqual(['model', 'run', 'version', 'part', 'key', 'at', 'y', 'prediction', 'score']);
    const { rows } = await ask(
      `select count(*), sum((prediction = (score > 0.5)::int)::int), sum((y = (replace(key, 'k', '')::int % 3 = 0)::int)::int),
              sum((abs(score - replace(key, 'k', '')::int / 50000.0) < 1e-6)::int) from predictions`,
      [file],
    );
    expect(rows).toEqual([[50_000, 50_000, 50_000, 50_000]]);
  });

  it('have a probability for each class where there are more than two', async () => {
    const three: Signature = { ...signature, task: 'multiclass-classification', classes: ['a', 'b', 'c'] };
    const always = async ({ rows }: FeatureBatch) => {
      const values = Float32Array.from({ length: rows * 3 }, (_, at) => [0.25, 0.5, 0.25][at % 3] ?? 0);
      return { rows, width: 3, values };
    };
    const file = await written('three', three, always);
    expect((await ask('select distinct prediction, score, p_a, p_b, p_c from predictions', [file])).rows).toEqual([
      [null, 0.5, 0.25, 0.5, 0.25],
    ]);
  });

  it('lie in folders that say what they are', () => {
    const about = { model: 'm', run: 'm-r1', version: 3, part: 'holdout' } as const;
    expect(readPredictionsKey(predictionsKey(about))).toEqual(about);
    expect(readPredictionsKey('models/m/evaluations/m-r1.json')).toBeNull();
  });
});

describe('a query', () => {
  it('joins predictions with what the registry knows', async () => {
    const sql = 'select v.state, count(*) n from predictions p join versions v using (model, version) group by all';
    const { columns, rows, truncated } = await ask(sql, [await written('joined')]);
    expect(columns.map(({ name }) => name)).toEqual(['state', 'n']);
    expect([rows, truncated]).toEqual([[['stable', 50_000]], false]);
  });

  it('asks several files in folders that are named after what they hold', async () => {
    const whole = await written('whole');
    const parts = ['train', 'holdout'] as const;
    const files = parts.map((part) => {
      return { ...whole, part, path: join(folder, predictionsKey({ model: 'm', run: 'm-r1', version: 3, part })) };
    });
    for (const { path } of files) {
      await mkdir(dirname(path), { recursive: true });
      await copyFile(whole.path, path);
    }
    const { rows } = await ask('select part, version, count(*) from predictions group by all order by 1', files);
    expect(rows).toEqual([
      ['holdout', 3, 50_000],
      ['train', 3, 50_000],
    ]);
  });

  it('knows the request log and its labels where they are given, without the features and without their files', async () => {
    const [requests, labels] = [join(folder, 'r.ndjson'), join(folder, 'l.ndjson')];
    const line = {
      at: '2026-03-01T10:00:00.000Z',
      id: 'a',
      model: 'm',
      version: 3,
      role: 'stable',
      ok: true,
      latencyMs: 2,
    };
    await writeFile(requests, `${JSON.stringify({ ...line, prediction: 1, features: { secret: 7 } })}\n`);
    await writeFile(labels, '{"at":"2026-03-01T11:00:00.000Z","id":"a","model":"m","label":1}\n');
    const log = { requests: [requests], labels: [labels] };
    const sql = 'select version, latency_ms, holdback, prediction = label from requests join labels using (model, id)';
    expect((await ask(sql, [], { log })).rows).toEqual([[3, 2, false, true]]);
    expect((await ask(sql, [], { log: { requests: [], labels: [] } })).rows).toEqual([]);
    await expect(ask('select features from requests', [], { log })).rejects.toMatchObject({ code: 'PRN-QUERY-002' });
    const around = `select * from read_text('${requests}')`;
    await expect(ask(around, [], { log })).rejects.toMatchObject({ code: 'PRN-QUERY-002' });
  });

  it('answers without any prediction, and says where there is more than was asked for', async () => {
    expect((await ask('select count(*) from predictions', [])).rows).toEqual([[0]]);
    const cut = await ask('select version from versions order by 1', [], { rowsAtMost: 1 });
    expect([cut.rows, cut.truncated]).toEqual([[[3]], true]);
  });

  it.each([
    ["copy (select 1) to 'FOLDER/out.parquet'", 'PRN-QUERY-002'],
    ['select 1; select 2', 'PRN-QUERY-001'],
    ['drop table versions', 'PRN-QUERY-001'],
    ['set threads = 1', 'PRN-QUERY-001'],
    ["select * from read_parquet('FOLDER/labels.parquet')", 'PRN-QUERY-002'],
    ["select * from read_text('/etc/passwd')", 'PRN-QUERY-002'],
    ['select * from nothing', 'PRN-QUERY-002'],
    ['selekt', 'PRN-QUERY-002'],
  ])('reads, and reads nothing else: %s', async (sql, code) => {
    await expect(ask(sql.replace('FOLDER', folder), [])).rejects.toMatchObject({ code });
  });

  it('is ended when it takes too long', async () => {
    const endless = 'select count(*) from range(10000000) a, range(10000000) b';
    await expect(ask(endless, [], { timeoutMs: 50 })).rejects.toMatchObject({ code: 'PRN-QUERY-003' });
  });
});
