import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { type RunningApi, startApi } from '../../../src/api/http/start.ts';
import { hashToken } from '../../../src/api/http/token.ts';
import { filesystemStore } from '../../../src/artifacts/filesystem/store.ts';
import type { ObjectStore } from '../../../src/artifacts/object-store.ts';
import { PerennialClient } from '../../../src/client/client.ts';
import { findTemporal } from '../../../src/platform/temporal-binary.ts';
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../../src/registry/pglite/server.ts';
import { connectRegistry, migrate } from '../../../src/registry/postgres/registry.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { duckdbObserver } from '../../../src/rollout/duckdb/observe.ts';

Runtime.install({ logger: new DefaultLogger('ERROR') });

/** The real servers behind the API; no worker, so that workflows are started but never run. */
export interface Servers {
  readonly api: RunningApi;
  readonly registry: Registry;
  readonly store: ObjectStore;
  readonly database: EmbeddedDatabase;
  readonly temporal: TestWorkflowEnvironment;
  /** A client with a token of this role; a token that does not exist for null. */
  as(role: string | null): PerennialClient;
  stop(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-api-'));
  const [embedded, temporal] = await Promise.all([
    startEmbeddedDatabase({ folder: join(folder, 'database'), port: 0 }),
    TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path: findTemporal() } } }),
  ]);
  let closed: Promise<void> | null = null;
  const close = () => {
    closed ??= embedded.close();
    return closed;
  };
  const database = { ...embedded, close };
  await migrate(database.connectionString);
  const registry = await connectRegistry({ connectionString: database.connectionString });
  const store = filesystemStore(join(folder, 'objects'));
  for (const role of ['admin', 'operator', 'approver', 'viewer', 'risk-officer']) {
    await registry.saveToken({ name: role, sha256: hashToken(`${role}-token`), roles: [role] });
  }
  const observer = duckdbObserver({ store, now: () => new Date() });
  const api = await startApi({ registry, store, observer, temporal: temporal.client, host: '127.0.0.1', port: 0 });
  return {
    api,
    registry,
    store,
    database,
    temporal,
    as: (role) => clientOf(api, role),
    async stop() {
      await api.close();
      await registry.close();
      await Promise.all([database.close(), temporal.teardown()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function clientOf({ url }: RunningApi, role: string | null): PerennialClient {
  return new PerennialClient({ url, token: role === null ? 'nobody-token' : `${role}-token`, env: {}, cwd: tmpdir() });
}

/** The text of a model file; every part can be replaced. */
export function aModelFile(change: Readonly<Record<string, unknown>> = {}): { text: string; base: string } {
  const file = {
    model: 'delays',
    task: 'binary-classification',
    data: {
      source: { format: 'csv', uri: 'data/{date}.csv' },
      time: 'at',
      id: 'id',
      label: { column: 'late' },
      features: { temp: { type: 'numeric' }, carrier: { type: 'categorical' } },
    },
    check: { schedule: '0 6 * * *' },
    retrain: { schedule: '0 3 * * 0' },
    plan: {
      snapshot: { kind: 'snapshot', window: '60d', holdout: '14d' },
      boosted: { kind: 'train', trainer: 'xgboost' },
      evaluate: { kind: 'evaluate', gates: [{ metric: 'auc', atLeast: 0.6 }] },
      approve: { kind: 'approve', by: ['approver'] },
      rollout: { kind: 'rollout', steps: [{ weight: 1 }], gates: [{ metric: 'errorRate' }] },
    },
    ...change,
  };
  return { text: JSON.stringify(file, null, 2), base: '/models' };
}
