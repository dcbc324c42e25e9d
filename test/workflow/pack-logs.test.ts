import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogPackingActivities } from '../../activities/log-packing.ts';
import { filesystemStore } from '../../src/artifacts/filesystem/store.ts';
import { duckdbLoggedRequests } from '../../src/differential/duckdb/logged.ts';
import { duckdbPackLog } from '../../src/gateway/duckdb/pack-log.ts';
import { newestSegments } from '../../src/gateway/log-segments.ts';
import { duckdbPredictionQueries } from '../../src/predictions/duckdb/ask.ts';
import { duckdbObserver } from '../../src/rollout/duckdb/observe.ts';
import { duckdbTraffic } from '../../src/rollout/duckdb/traffic.ts';
import { taskQueues } from '../../workflows/messages.ts';
import { packLogs } from '../../workflows/pack-logs.ts';
import { devServer, withWorker } from './environment.ts';

let environment: TestWorkflowEnvironment;
let folder: string;
beforeAll(async () => {
  environment = await devServer();
  folder = await mkdtemp(join(tmpdir(), 'perennial-packing-'));
});
afterAll(async () => {
  await environment.teardown();
  await rm(folder, { recursive: true, force: true });
});

const now = () => new Date('2026-03-02T01:00:00.000Z');
const life = '1772323200000';
const store = () => filesystemStore(join(folder, 'store'));
const key = (kind: string, day: string, gateway: string, at: number) =>
  `${kind}/m/${day}/${gateway}-${life}${String(at).padStart(6, '0')}.ndjson`;

/** A segment of ten requests, the last of them a broken line; labels for half of them. */
async function writeSegment(day: string, gateway: string, at: number): Promise<void> {
  const lines = Array.from({ length: 10 }, (_, row) => {
    const id = `${day}-${gateway}-${at}-${row}`;
    const answer = { ok: true, error: null, latencyMs: row / 8, score: row / 10, prediction: row > 4 ? 1 : 0 };
    const route = { model: 'm', version: 1 + (row % 2), role: row % 2 ? 'canary' : 'stable', rollout: 'r', share: 0.5 };
    const features = { temp: row === 3 ? null : row / 7, carrier: `ü"${row}` };
    return JSON.stringify({ at: `${day}T23:0${row}:00.000Z`, id, ...route, ...answer, features });
  });
  const label = (row: number) =>
    JSON.stringify({ at: `${day}T23:30:00.000Z`, id: `${day}-${gateway}-${at}-${row}`, model: 'm', label: row % 2 });
  const put = (kind: string, texts: readonly string[]) =>
    store().put(key(kind, day, gateway, at), Buffer.from(texts.join('\n')));
  await put('requests', [...lines.slice(0, 9), lines[9]?.slice(0, 40) ?? '']);
  await put('labels', [0, 1, 2, 3, 4].map(label));
}

/** Everything that readers of the log see; sums of the same numbers in another order differ in their last digits. */
async function seen() {
  return JSON.parse(
    JSON.stringify(await readAll(), (_, value) => (typeof value === 'number' ? Number(value.toPrecision(12)) : value)),
  );
}

async function readAll() {
  const window = { from: '2026-03-01T00:00:00.000Z', to: now().toISOString() };
  const log = async (kind: string) => await newestSegments(store(), `${kind}/m`, window, 4_000);
  const observer = duckdbObserver({ store: store(), now });
  const tempFolder = join(folder, 'temp');
  return {
    observed: await observer.observe({ model: 'm', hours: 48, positive: '1' }),
    heldBack: await observer.heldBack({ model: 'm', days: 2, task: 'binary-classification' }),
    tally: await duckdbTraffic({ store: store(), now }).tally({
      ...{ model: 'm', rollout: 'r', version: 2, since: window.from, task: 'binary-classification' },
      ...{ positive: '1', possible: [0, 1] },
    }),
    last: await duckdbLoggedRequests({ store: store(), tempFolder }).last({
      ...{ model: 'm', before: window.to, days: 2, rowsAtMost: 1_000 },
      features: [
        { name: 'temp', type: 'numeric' },
        { name: 'carrier', type: 'categorical' },
      ],
    }),
    asked: await duckdbPredictionQueries({ tempFolder }).ask({
      sql: 'SELECT r.*, label FROM requests r LEFT JOIN labels l ON r.id = l.id ORDER BY r.id',
      ...{ files: [], tables: {}, rowsAtMost: 1_000, timeoutMs: 30_000 },
      log: { requests: await log('requests'), labels: await log('labels') },
    }),
  };
}

const run = async () => {
  const packLog = duckdbPackLog({ store: store(), tempFolder: join(folder, 'temp') });
  return await withWorker(environment, createLogPackingActivities({ store: store(), packLog }), () =>
    environment.client.workflow.execute(packLogs, { taskQueue: taskQueues.control, workflowId: 'pack-logs' }),
  );
};
const kinds = async () => (await store().list('')).map((name) => name.replace(/^.*\./, '')).sort();

describe('packing the logs', () => {
  it('makes Parquet of them that every reader sees as before: at once, when the segments go, and when more come', async () => {
    for (const gateway of ['a', 'b']) for (const at of [1, 2, 3]) await writeSegment('2026-03-01', gateway, at);
    const before = await seen();
    expect(before.asked.rows).toHaveLength(54);
    expect(before.observed?.requests).toBe(30);

    expect(await run()).toEqual({ removed: 0, packed: 12 });
    expect(await kinds()).toEqual([...Array(12).fill('ndjson'), ...Array(4).fill('parquet')]);
    expect(await seen()).toEqual(before);

    await writeSegment('2026-03-01', 'a', 4);
    const more = await seen();
    expect(more.asked.rows).toHaveLength(63);
    expect(await run()).toEqual({ removed: 12, packed: 2 });
    expect(await seen()).toEqual(more);

    expect(await run()).toEqual({ removed: 2, packed: 0 });
    expect(await kinds()).toEqual(Array(6).fill('parquet'));
    expect(await seen()).toEqual(more);
  });
});
