import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServedVersion } from '../../../../src/gateway/ports.ts';
import { type Bench, bench, call, FakeRegistry, model, predict, row, served, until } from './harness.ts';

let on: Bench;

beforeEach(async () => {
  on = await bench({ 1: 'good', 2: 'better' });
});
afterEach(() => on.clean());

const day = new Date().toISOString().slice(0, 10);

describe('a gateway whose database is gone', () => {
  it.each(['down', 'silent'] as const)('still answers (%s)', async (state) => {
    const gateway = await on.start();
    on.registry.state = state;
    on.store.down = true;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await predict(gateway, { features: row })).body).toMatchObject({ version: 1, prediction: 'yes' });
    expect((await call(`${gateway.url}/readyz`)).status).toBe(200);
  });

  it.each(['down', 'silent'] as const)('answers after a restart from what it kept on disk (%s)', async (state) => {
    await (await on.start()).close();
    on.registry.state = state;
    on.store.down = true;
    const gateway = await on.start();
    expect((await predict(gateway, { features: row })).body).toMatchObject({ version: 1 });
    expect(await served(gateway)).toMatchObject({ from: 'disk', stable: 1 });
  });

  it('goes on deciding by the threshold of its version, also by one that was chosen after it had been fetched', async () => {
    await (await on.start()).close();
    const fetched = on.registry.versions.get(1) as ServedVersion;
    const chosen = { threshold: 1, metric: 'f1', value: 1, atHalf: 1, rows: 9 } as const;
    on.registry.versions.set(1, { ...fetched, threshold: chosen });
    const gateway = await on.start();
    expect((await predict(gateway, { features: row })).body).toMatchObject({ prediction: 'no' });
    await gateway.close();
    on.registry.state = 'down';
    const again = await on.start();
    expect((await predict(again, { features: row })).body).toMatchObject({ version: 1, prediction: 'no' });
    await again.close();
    expect(on.store.lines().map(({ prediction }) => prediction)).toEqual(['no', 'no']);
  });

  it('follows the registry again when it comes back', async () => {
    const gateway = await on.start();
    on.registry.state = 'down';
    on.registry.move({ stable: 2 });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect((await served(gateway)).stable).toBe(1);
    on.registry.state = 'up';
    await until(
      () => served(gateway),
      ({ stable }) => stable === 2,
    );
  });

  it('starts without ever having seen a route, and answers once there is one', async () => {
    on.registry.state = 'down';
    const gateway = await on.start();
    expect((await predict(gateway, { features: row })).status).toBe(404);
    on.registry.state = 'up';
    await until(
      () => predict(gateway, { features: row }),
      ({ status }) => status === 200,
    );
  });
});

describe('a gateway whose port is taken', () => {
  it('says so, and leaves nothing of itself running', async () => {
    const { port } = new URL((await on.start()).url);
    const registry = new FakeRegistry({ 1: 'good' });
    const polls = vi.spyOn(registry, 'routes');
    const stateFolder = join(on.stateFolder, 'second');
    const before = children();
    await expect(on.start({ port: Number(port), routes: registry, stateFolder })).rejects.toThrow('EADDRINUSE');
    const polled = polls.mock.calls.length;
    await until(children, (now) => now.length === before.length);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(polls).toHaveBeenCalledTimes(polled);
  });

  const children = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap');
});

describe('routes', () => {
  it('refuses a rev lower than the one held', async () => {
    on.registry.move({ stable: 2, rev: 9 });
    const gateway = await on.start();
    on.registry.move({ stable: 1, rev: 8 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await served(gateway)).toMatchObject({ rev: 9, stable: 2 });
  });

  it.each(['canary', 'stable'] as const)(
    'lets a version that was asked by hand before it had a threshold decide by it once it is routed (%s)',
    async (role) => {
      const gateway = await on.start();
      const byHand = await predict(gateway, { features: row }, { 'x-model-version': '2' });
      expect(byHand.body).toMatchObject({ version: 2, prediction: 'yes' });
      const threshold = { threshold: 1, metric: 'f1', value: 1, atHalf: 1, rows: 9 } as const;
      on.registry.versions.set(2, { ...(on.registry.versions.get(2) as ServedVersion), threshold });
      if (role === 'canary') on.registry.canary(2, 1);
      else on.registry.move({ stable: 2 });
      const { body } = await until(
        () => predict(gateway, { features: row }),
        (answered) => answered.body.version === 2,
      );
      expect(body).toMatchObject({ version: 2, prediction: 'no' });
    },
  );

  it('keeps answering with the old version while the new one cannot be fetched', async () => {
    const gateway = await on.start();
    on.store.down = true;
    on.registry.move({ stable: 2 });
    await until(
      () => served(gateway),
      ({ failures }) => (failures as unknown[]).length > 0,
    );
    expect((await predict(gateway, { features: row })).body).toMatchObject({ version: 1 });
    on.store.down = false;
    await until(
      () => served(gateway),
      ({ stable }) => stable === 2,
    );
  });

  it('fetches a version again when its number means another artifact', async () => {
    await (await on.start()).close();
    on.registry.add(1, 'better');
    const gateway = await on.start();
    // better.onnx adds 0.25 to the logit.
    expect((await predict(gateway, { features: row })).body.probability).toBeCloseTo(1 / (1 + Math.exp(-0.75)), 6);
  });
});

describe('the request log', () => {
  it('is complete after close, one line per answered row, under the day and the name of the gateway', async () => {
    const gateway = await on.start();
    const ids = Array.from({ length: 300 }, (_, index) => `q${index}`);
    await Promise.all(ids.map((id) => predict(gateway, { id, features: row })));
    await gateway.close();
    expect(
      on.store
        .lines()
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...ids].sort());
    for (const key of on.store.objects.keys()) {
      expect(key).toMatch(new RegExp(`^requests/${model}/${day}/gw-\\d+\\.ndjson$`));
    }
    const [line] = on.store.lines();
    expect(line).toMatchObject({ model, version: 1, role: 'stable', rollout: null, share: 0, ok: true, error: null });
    expect(line).toMatchObject({ prediction: 'yes', features: row });
    expect(Math.abs(Date.parse(line?.at ?? '') - Date.now())).toBeLessThan(10_000);
    expect(line?.latencyMs).toBeGreaterThan(0);
    expect(line?.score).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 6);
  });

  it('reaches the object store within about a second while the gateway runs', async () => {
    const gateway = await on.start();
    await predict(gateway, { id: 'q', features: row });
    await until(
      () => on.store.lines().length,
      (count) => count === 1,
      1_500,
    );
  });

  it('leaves sensitive columns out', async () => {
    on.registry.sensitive = ['b'];
    const gateway = await on.start();
    await predict(gateway, { features: row });
    await gateway.close();
    expect(on.store.lines()[0]?.features).toEqual({ a: 0, c: 'red' });
  });

  it('waits on disk while the object store is down, and is sent by the next gateway', async () => {
    const gateway = await on.start();
    on.store.down = true;
    await predict(gateway, { id: 'q', features: row });
    await gateway.close();
    expect(on.store.objects.size).toBe(0);
    on.store.down = false;
    await on.start();
    await until(
      () => on.store.lines().map(({ id }) => id),
      (ids) => ids.length === 1 && ids[0] === 'q',
    );
    const left = await readdir(join(on.stateFolder, 'spool'), { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile())).toEqual([]);
  });

  it('of a killed gateway is sent without its torn last line', async () => {
    const folder = join(on.stateFolder, 'spool', 'requests', model, day);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'gw-1.ndjson'), '{"id":"whole"}\n{"id":"to');
    await on.start();
    await until(
      () => on.store.objects.get(`requests/${model}/${day}/gw-1.ndjson`),
      (text) => text === '{"id":"whole"}\n',
    );
  });
});

describe('POST /v1/models/{model}/labels', () => {
  it('accepts labels, and they are on disk when it has answered', async () => {
    const gateway = await on.start();
    on.store.down = true;
    const labels = [
      { id: 'q1', label: 'yes' },
      { id: 'q2', label: 0 },
    ];
    const answer = await call(`${gateway.url}/v1/models/${model}/labels`, { labels });
    expect(answer).toMatchObject({ status: 202, body: { accepted: 2 } });
    const spooled = await readdir(join(on.stateFolder, 'spool', 'labels', model, day));
    expect(spooled).toHaveLength(1);
    on.store.down = false;
    await gateway.close();
    expect(on.store.labels()).toMatchObject(labels);
    expect(on.store.labels()[0]).toMatchObject({ model });
  });

  it('refuses labels for a model that it does not know', async () => {
    const gateway = await on.start();
    const answer = await call(`${gateway.url}/v1/models/..%2Fx/labels`, { labels: [{ id: 'a', label: 1 }] });
    expect(answer.status).toBe(404);
  });
});
