import { createWriteStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withDatabase } from '../../src/dataset/duckdb/database.ts';
import { createCompiledPredictor } from '../../src/gateway/compiled/predictor.ts';
import { logLine } from '../../src/gateway/log-line.ts';
import { prepareModel } from '../../src/gateway/onnx/prepare-model.ts';
import type { RequestLogLine } from '../../src/gateway/request-log.ts';
import { inTempFolder } from '../report/place.ts';
import { figure, goalRow, type Row } from '../report/row.ts';
import { type FlightModels, flightModels } from './flight-models.ts';
import { split, startOurs } from './our-gateway.ts';
import { type Answered, steadyLoad } from './steady-load.ts';

/** What a gateway that ends in the middle of traffic leaves of its log. */
export async function endingRows(rounds: number): Promise<Row[]> {
  const models = await flightModels();
  const lost: { [Signal in 'SIGKILL' | 'SIGTERM']: number[] } = { SIGKILL: [], SIGTERM: [] };
  for (let round = 0; round < rounds; round++) {
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) lost[signal].push(await linesLost(models, signal));
  }
  return [
    goalRow(
      'ms of the request log that a killed gateway takes along, worst (age of the oldest answered request without a line)',
      50,
      figure([Math.max(...lost.SIGKILL)]),
      `${rounds} kills under 1,000 requests a second`,
    ),
    goalRow('the same of a gateway that is told to end (SIGTERM)', 0, figure([Math.max(...lost.SIGTERM)])),
  ];
}

/** Milliseconds between the end and the oldest answer that is not in the log; 0 when all are. */
async function linesLost(models: FlightModels, signal: 'SIGKILL' | 'SIGTERM'): Promise<number> {
  return await inTempFolder('ending', async (folder) => {
    const gateway = await startOurs(models, folder, { route: split });
    const answers: Answered[] = [];
    const loading = steadyLoad({
      url: `${gateway.url}/v1/models/flight-delay/predict`,
      ...{ perSecond: 1_000, connections: 16, seconds: 1.5 },
      features: (n) => models.rows[n % models.rows.length] ?? {},
      onAnswer: (answered) => answers.push(answered),
    });
    await sleep(1_100);
    const endedAt = performance.now();
    await gateway.stop(signal);
    await loading;
    const logged = new Set((await linesBelow(folder)).map(({ id }) => id));
    const missing = answers.filter(({ id, status }) => status === 200 && !logged.has(id));
    return Math.max(0, ...missing.map(({ answeredAt }) => endedAt - answeredAt));
  });
}

async function linesBelow(folder: string): Promise<Pick<RequestLogLine, 'id'>[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ndjson'));
  const texts = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')));
  // The last line of a killed gateway may be torn.
  return texts
    .flatMap((text) => text.slice(0, text.lastIndexOf('\n')).split('\n').filter(Boolean))
    .map((line) => JSON.parse(line));
}

/** A million logged requests joined with their labels, and 100,000 of them asked again of two versions. */
export async function loggedRows({
  joined,
  replayed,
}: {
  readonly joined: number;
  readonly replayed: number;
}): Promise<Row[]> {
  const models = await flightModels();
  return await inTempFolder('logged', async (folder) => {
    const [requests, labels] = [join(folder, 'requests.ndjson'), join(folder, 'labels.ndjson')];
    await writeLines(requests, joined, (n) => lineOf(models, n));
    await writeLines(
      labels,
      joined,
      (n) => `{"at":"2026-01-02T00:00:00.000Z","id":"q${n}","model":"flight-delay","label":${n % 2}}`,
    );
    return [
      goalRow(
        `s to join ${joined} logged requests with their labels`,
        2,
        figure([await joinSeconds(folder, requests, labels)]),
        'NDJSON segments as they lie in the object store, read by DuckDB',
      ),
      goalRow(
        `s to ask two versions ${replayed} logged rows again`,
        5,
        figure([await replaySeconds(models, requests, replayed)]),
        'from the lines of the log, one process',
      ),
    ];
  });
}

function lineOf({ rows, signature }: FlightModels, n: number): string {
  const row = Object.values(rows[n % rows.length] ?? {});
  const score = (n % 997) / 997;
  return logLine({
    ...{ at: '2026-01-01T00:00:00.000Z', id: `q${n}`, model: 'flight-delay', version: 1 + (n % 2), role: 'stable' },
    ...{ rollout: 'bench', share: 0.05, consumer: null, holdback: false, latencyMs: 0.01, error: null },
    ...{
      answer: { prediction: score > 0.5 ? 1 : 0, probability: score, score },
      signature,
      row,
      text: null,
      sensitive: new Set<string>(),
    },
  });
}

async function writeLines(path: string, count: number, line: (n: number) => string): Promise<void> {
  const stream = createWriteStream(path);
  for (let from = 0; from < count; from += 10_000) {
    const lines = Array.from({ length: Math.min(10_000, count - from) }, (_, at) => line(from + at));
    if (!stream.write(`${lines.join('\n')}\n`)) await new Promise<void>((resolve) => stream.once('drain', resolve));
  }
  await new Promise<void>((resolve) => stream.end(resolve));
}

async function joinSeconds(folder: string, requests: string, labels: string): Promise<number> {
  return await withDatabase({ tempFolder: join(folder, 'duckdb') }, async (database) => {
    const startedAt = performance.now();
    const read = (path: string, columns: string) =>
      `read_json('${path}', format = 'newline_delimited', columns = {${columns}})`;
    const asked = read(requests, "id: 'VARCHAR', version: 'INTEGER', score: 'DOUBLE'");
    const known = read(labels, "id: 'VARCHAR', label: 'DOUBLE'");
    await database.rows(
      `SELECT version, count(*), avg((score - label) ** 2) FROM ${asked} JOIN ${known} USING (id) GROUP BY version`,
    );
    return (performance.now() - startedAt) / 1000;
  });
}

async function replaySeconds(models: FlightModels, requests: string, count: number): Promise<number> {
  const prepared = await Promise.all(
    [models.champion, models.challenger].map((path) => prepareModel(path, models.signature)),
  );
  const predictors = prepared.map((each) => {
    if (each.kind !== 'compiled') throw new Error(each.reason);
    return createCompiledPredictor(each.model);
  });
  const lines = (await readFile(requests, 'utf8')).split('\n', count);
  const startedAt = performance.now();
  const rows = lines.map((line) => Object.values((JSON.parse(line) as RequestLogLine).features ?? {}));
  const [a, b] = predictors.map((predictor) => predictor.score(rows).values);
  const flipped = rows.filter((_, row) => (a?.[2 * row + 1] ?? 0) > 0.5 !== (b?.[2 * row + 1] ?? 0) > 0.5).length;
  if (flipped === rows.length) throw new Error('two models that agree on nothing');
  return (performance.now() - startedAt) / 1000;
}
