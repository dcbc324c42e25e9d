import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../../../../src/gateway/http/start-gateway.ts';
import type { RouteSource } from '../../../../src/gateway/ports.ts';
import type { Route } from '../../../../src/registry/registry.ts';
import { call, FakeStore, row, signature, until } from './harness.ts';

const red = 'colours--red';

/** A global model and one for red rows; `redStable` null: it has no champion yet. */
class Registry implements RouteSource {
  up = true;
  redStable: number | null = 2;
  rev = 1;
  values = ['red', 'blue'];
  async routes(): Promise<Route[]> {
    if (!this.up) throw new Error('connect ECONNREFUSED');
    const route = {
      segment: '',
      rev: 1,
      canary: null,
      weight: 0,
      shadow: null,
      rollout: null,
      leaseUntil: null,
      halted: null,
    };
    return [
      { ...route, model: 'colours', stable: 1 },
      { ...route, model: red, stable: this.redStable, rev: this.rev },
    ];
  }
  async version(model: string, version: number) {
    if (!this.up) throw new Error('connect ECONNREFUSED');
    const name = model === red ? 'better' : 'good';
    return { model, version, artifact: `models/${name}/`, artifactDigest: name, signature };
  }
  async model(model: string) {
    if (!this.up) throw new Error('connect ECONNREFUSED');
    const data = model === red ? { sensitive: [] } : { sensitive: [], segmentBy: 'c', segments: this.values };
    return { plan: { file: { data } } };
  }
  async haltRollout(): Promise<void> {}
}

let gateway: RunningGateway | null = null;
let folder = '';
const store = new FakeStore();
afterEach(async () => {
  await gateway?.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(registry: Registry): Promise<void> {
  folder ||= await mkdtemp(join(tmpdir(), 'perennial-segments-'));
  gateway = await startGateway({ routes: registry, store, host: '127.0.0.1', port: 0, stateFolder: folder, name: 'g' });
}

const post = (path: string, body: object) => call(`${gateway?.url}/v1/models/colours/${path}`, body);

interface Row {
  readonly version: number;
}

describe('a model with segments', () => {
  it('answers a row by its segment’s champion, others by the global one, and says so', async () => {
    await start(new Registry());
    const own = await post('predict', { id: 'r1', features: row });
    expect([own.headers.get('x-perennial-segment'), own.body.version, own.body.model]).toEqual([red, 2, 'colours']);
    const others = await post('predict', {
      rows: [
        { id: 'b', features: { ...row, c: 'blue' } },
        { id: 'g', features: { ...row, c: 'green' } },
        { id: 'r', features: row },
      ],
    });
    expect((others.body.rows as Row[]).map(({ version }) => version)).toEqual([1, 1, 2]);

    await post('labels', { labels: [{ id: 'r1', label: 'yes' }] });
    await gateway?.close();
    const models = new Map(store.lines().map(({ id, model }) => [id, model]));
    expect([models.get('r1'), models.get('b'), models.get('r')]).toEqual([red, 'colours', red]);
    expect(store.labels().map(({ model }) => model)).toEqual(expect.arrayContaining(['colours', red]));
  });

  it('names the row and the column that are wrong', async () => {
    await start(new Registry());
    const { status, body } = await post('predict', { rows: [{ features: row }, { features: { ...row, a: 'x' } }] });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain('row 1, column');
  });

  it('goes to the global model while the segment has no champion, and knows its segments while the registry is away', async () => {
    const registry = new Registry();
    registry.redStable = null;
    await start(registry);
    const thin = await post('predict', { features: row });
    expect([thin.headers.get('x-perennial-segment'), thin.body.version]).toEqual([null, 1]);
    await gateway?.close();

    registry.redStable = 2;
    await start(registry);
    await gateway?.close();
    registry.up = false;
    await start(registry);
    expect((await post('predict', { features: row })).headers.get('x-perennial-segment')).toBe(red);
  });

  it('goes back to the global model when the segment’s first rollout has failed', async () => {
    const registry = new Registry();
    await start(registry);
    expect((await post('predict', { features: row })).body.version).toBe(2);
    registry.redStable = null;
    registry.rev = 2;
    const answer = await until(
      () => post('predict', { features: row }),
      ({ body }) => body.version === 1,
    );
    expect(answer.headers.get('x-perennial-segment')).toBeNull();
  });
});
