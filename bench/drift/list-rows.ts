import { join } from 'node:path';
import { Connection, Client as TemporalClient } from '@temporalio/client';
import { type RunningApi, startApi } from '../../src/api/http/start.ts';
import { hashToken } from '../../src/api/http/token.ts';
import { filesystemStore } from '../../src/artifacts/filesystem/store.ts';
import type { ObjectStore } from '../../src/artifacts/object-store.ts';
import { startEmbeddedDatabase } from '../../src/registry/pglite/server.ts';
import { connectRegistry, migrate } from '../../src/registry/postgres/registry.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { inTempFolder } from '../report/place.ts';
import { figure, goalRow, type Row } from '../report/row.ts';
import { bytesPerRow, checkOf, type Filled, fillRegistry, reportOf } from './many-checks.ts';

const goalMs = 100;
/** After which Prometheus gives a scrape up, unless told otherwise. */
const scrapeTimeoutMs = 10_000;

/** How long people wait for lists and reports when there is much of both: the embedded database, the API and one client, in one process. */
export async function listRows(
  size = { models: 1_000, checks: 5_000, othersChecks: 20, requests: 400 },
): Promise<Row[]> {
  return await inTempFolder('lists', async (folder) => {
    const database = await startEmbeddedDatabase({ folder: join(folder, 'database'), port: 0 });
    await migrate(database.connectionString);
    const registry = await connectRegistry({ connectionString: database.connectionString });
    const store = filesystemStore(join(folder, 'objects'));
    const temporal = new TemporalClient({ connection: Connection.lazy({ address: '127.0.0.1:1' }) });
    const api = await startApi({ registry, store, temporal, host: '127.0.0.1', port: 0 });
    try {
      await registry.saveToken({ name: 'bench', sha256: hashToken('bench'), roles: ['viewer'] });
      const filled = await fillRegistry(registry, database.connectionString, size);
      return [
        ...(await waits(api, filled, store, size.requests)),
        ...(await writes(registry, filled)),
        ...(await storage(database.connectionString, filled)),
      ];
    } finally {
      await api.close();
      await registry.close();
      await database.close();
    }
  });
}

async function waits(api: RunningApi, filled: Filled, store: ObjectStore, requests: number): Promise<Row[]> {
  const { model, days, models } = filled;
  const report = Buffer.from(JSON.stringify(reportOf(model, days.at(-1) ?? '')));
  for (const day of days.slice(-50)) await store.put(`models/${model}/checks/${day}.json`, report);
  const ask = (path: (at: number) => string, times = requests) => times99(api, path, times);
  const checks = `/v1/models/${model}/checks`;
  const row = (what: string, figures: Awaited<ReturnType<typeof ask>>, goal = goalMs) =>
    goalRow(
      `${what}, p99 ms`,
      goal,
      figure([figures.p99]),
      `median ${figures.median.toFixed(1)} ms, ${figures.n} requests, one after the other`,
    );
  const size = `${days.length.toLocaleString('en-US')} checks of the model, ${models.length.toLocaleString('en-US')} models`;
  return [
    row(`list of 50 checks (${size})`, await ask(() => `${checks}?limit=50`)),
    row('a page of 50 in the middle', await ask((at) => `${checks}?limit=50&before=${days[(at * 37) % days.length]}`)),
    row('a report with 25 columns', await ask((at) => `${checks}/${days[days.length - 1 - (at % 50)]}`)),
    row('alarms of a model', await ask((at) => `/v1/models/${models[at % models.length]}/alarms?open=true`)),
    row(`metrics of ${models.length.toLocaleString('en-US')} models`, await ask(() => '/metrics', 12), scrapeTimeoutMs),
  ];
}

async function times99(api: RunningApi, path: (at: number) => string, requests: number) {
  const times: number[] = [];
  for (let at = -5; at < requests; at += 1) {
    const startedAt = performance.now();
    const url = `${api.url}${path(Math.abs(at))}`;
    const response = await fetch(url, { headers: { authorization: 'Bearer bench' } });
    if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
    if (at >= 0) times.push(performance.now() - startedAt);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p99: at(0.99), median: at(0.5), n: times.length };
}

async function writes(registry: Registry, { model, days }: Filled): Promise<Row[]> {
  const last = Date.parse(days.at(-1) ?? '');
  const times: number[] = [];
  for (let day = 1; day <= 50; day += 1) {
    const startedAt = performance.now();
    await registry.recordCheck(checkOf(model, new Date(last + day * 86_400_000).toISOString()));
    times.push(performance.now() - startedAt);
  }
  return [goalRow('one check recorded, alarms moved, ms', goalMs, figure(times), 'one transaction with its events')];
}

async function storage(connectionString: string, { model, days }: Filled): Promise<Row[]> {
  const rowBytes = await bytesPerRow(connectionString);
  const reportBytes = JSON.stringify(reportOf(model, days[0] ?? '')).length;
  const note = `${(rowBytes / 1_000).toFixed(1)} kB in the database with indexes, ${(reportBytes / 1_000).toFixed(1)} kB of report`;
  return [goalRow('storage of a check of 25 columns, kB', 50, figure([(rowBytes + reportBytes) / 1_000]), note)];
}
