import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { replayFlights } from '../../../../examples/flights/replay.ts';
import { query } from '../duckdb/workspace.ts';

const perDay = 120;

let flightsFolder: string;
beforeAll(async () => {
  flightsFolder = await mkdtemp(join(tmpdir(), 'perennial-replay-'));
  const numbers = 'hour weekday distance temp dewp humid wind_dir wind_speed wind_gust precip pressure visib'.split(
    ' ',
  );
  await query(async (run) => {
    for (const day of ['2013-06-24', '2013-06-25']) {
      await mkdir(join(flightsFolder, `day=${day}`));
      await run(`COPY (
        SELECT '${day}-' || lpad(CAST(i AS VARCHAR), 3, '0') AS flight_id, TIMESTAMP '${day}' + to_minutes(i::INT) AS scheduled_departure,
          ${numbers.map((name) => `i::DOUBLE AS ${name}`).join(', ')}, NULL::DOUBLE AS unused,
          'AA' AS carrier, 'JFK' AS origin, 'LAX' AS dest, 'N1' AS tailnum, CASE WHEN i % 4 = 0 THEN NULL ELSE (i % 2)::INT END AS late
        FROM range(${perDay}) r(i) ORDER BY hash(i)) TO '${join(flightsFolder, `day=${day}`, 'flights.parquet')}' (FORMAT parquet)`);
    }
  });
});
afterAll(() => rm(flightsFolder, { recursive: true, force: true }));

interface Received {
  readonly path: string;
  readonly atMs: number;
  readonly body: {
    readonly id: string;
    readonly features: Record<string, unknown>;
    readonly labels: { id: string; label: number }[];
  };
}

/** A gateway on the loopback that remembers what it was sent; `answer` gives the status of the n-th prediction, null to never answer. */
async function gateway(answer: (n: number) => number | null = () => 200) {
  const received: Received[] = [];
  const connections = new Set<unknown>();
  let predictions = 0;
  const server = createServer(async (request, response) => {
    const atMs = performance.now();
    const body = JSON.parse(await text(request)) as Received['body'];
    received.push({ path: request.url ?? '', atMs, body });
    if (request.url?.endsWith('/labels')) return response.end('{}');
    predictions += 1;
    const status = answer(predictions);
    if (status === null) return;
    const canary = predictions % 5 === 0;
    response.writeHead(status).end(JSON.stringify({ version: canary ? 2 : 1, role: canary ? 'canary' : 'stable' }));
  });
  server.on('connection', (socket) => connections.add(socket));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received, connections };
}

async function text(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of request) body += part;
  return body;
}

const days = { from: '2013-06-24', to: '2013-06-25' };
const fast = { ratePerSecond: 2_000, labelDelayMs: 0, concurrency: 1 };

describe('a replay', () => {
  test('sends every flight of the days once, in the order of time, with its features and without what is sensitive', async () => {
    const { url, received } = await gateway();
    const summary = await replayFlights({ gatewayUrl: url, flightsFolder, ...days, ...fast });
    expect(summary).toMatchObject({ sent: 240, answered: 240, failed: 0, failures: {}, aborted: false });
    const predictions = received
      .filter(({ path }) => path === '/v1/models/flight-delay/predict')
      .map(({ body }) => body);
    const ids = predictions.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted());
    expect(ids).toHaveLength(240);
    expect(Object.keys(predictions[0]?.features ?? {})).toHaveLength(15);
    expect(predictions[7]).toMatchObject({
      id: '2013-06-24-007',
      key: '2013-06-24-007',
      features: { hour: 7, carrier: 'AA' },
    });
  });

  test('posts the labels that are known, after their delay', async () => {
    const { url, received } = await gateway();
    const oneDay = { from: '2013-06-25', to: '2013-06-25' };
    const summary = await replayFlights({ gatewayUrl: url, flightsFolder, ...oneDay, ...fast, labelDelayMs: 300 });
    const sentAt = new Map(received.filter(({ body }) => body.id).map(({ body, atMs }) => [body.id, atMs]));
    const posts = received.filter(({ path }) => path === '/v1/models/flight-delay/labels');
    const labels = posts.flatMap(({ body, atMs }) => body.labels.map((label) => ({ ...label, atMs })));
    expect(summary.labelled).toBe(90);
    expect(labels.map(({ id, label }) => [Number(id.slice(-3)) % 4, label])).not.toContainEqual([0, expect.anything()]);
    expect(labels).toHaveLength(90);
    expect(posts.length).toBeLessThan(10);
    for (const { id, atMs } of labels) expect(atMs - (sentAt.get(id) ?? 0)).toBeGreaterThanOrEqual(299);
  });

  test('counts answers by version and role, and failures by their reason', async () => {
    const { url } = await gateway((n) => (n % 10 === 1 ? 503 : 200));
    const summary = await replayFlights({ gatewayUrl: url, flightsFolder, ...days, ...fast });
    expect(summary).toMatchObject({ answered: 216, failed: 24, failures: { 503: 24 } });
    expect(summary.answers).toEqual([
      { version: 1, role: 'stable', count: 168 },
      { version: 2, role: 'canary', count: 48 },
    ]);
    expect(summary.latencyMs?.p50).toBeLessThanOrEqual(summary.latencyMs?.p99 ?? 0);
  });

  test('counts a gateway that is away as failures, and goes on', async () => {
    const { url } = await gateway();
    const dead = url.replace(/\d+$/, '1');
    const summary = await replayFlights({ gatewayUrl: dead, flightsFolder, ...days, ...fast });
    expect(summary).toMatchObject({ sent: 240, answered: 0, failures: { ECONNREFUSED: 240 }, latencyMs: null });
  });

  test('keeps its pace and reuses its connections', async () => {
    const { url, connections } = await gateway();
    const options = { ratePerSecond: 300, labelDelayMs: 0, concurrency: 4 };
    const summary = await replayFlights({ gatewayUrl: url, flightsFolder, ...days, ...options });
    expect(summary.seconds).toBeGreaterThan(0.75);
    expect(summary.seconds).toBeLessThan(3);
    expect(connections.size).toBeLessThanOrEqual(4);
  });

  test('stops at once on abort, also in the middle of requests and with labels that wait', async () => {
    const { url } = await gateway((n) => (n > 20 ? null : 200));
    const abort = new AbortController();
    const replaying = replayFlights({
      gatewayUrl: url,
      flightsFolder,
      ...days,
      ...fast,
      labelDelayMs: 60_000,
      signal: abort.signal,
    });
    await new Promise((later) => setTimeout(later, 500));
    const abortedMs = performance.now();
    abort.abort();
    const summary = await replaying;
    expect(performance.now() - abortedMs).toBeLessThan(500);
    expect(summary).toMatchObject({ answered: 20, failed: 0, labelled: 0, aborted: true });
  });

  test('says which days there are when it is asked for others', async () => {
    const options = { gatewayUrl: 'http://127.0.0.1:1', flightsFolder, ...fast, from: '2014-06-01', to: '2014-06-02' };
    await expect(replayFlights(options)).rejects.toMatchObject({
      code: 'PRN-DATASET-001',
      message: expect.stringContaining('2013-06-24 to 2013-06-25'),
    });
  });
});
