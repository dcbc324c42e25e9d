import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, bench, call, model, predict, row } from './harness.ts';

let on: Bench;

beforeEach(async () => {
  on = await bench({ 1: 'good' });
  const sha256 = createHash('sha256').update('secret').digest('hex');
  on.registry.callers = [{ model, consumer: 'shop', sha256, requestsPerMinute: 1_000 }];
});
afterEach(() => on.clean());

const withKey = { 'x-api-key': 'secret' };

describe('a gateway that knows consumers', () => {
  it('names the caller in the log, and tells the registry who called', async () => {
    const gateway = await on.start();
    await predict(gateway, { id: 'a', features: row }, withKey);
    await predict(gateway, { id: 'b', features: row }, { authorization: 'Bearer secret' });
    await predict(gateway, { id: 'c', features: row });
    await gateway.close();
    expect(on.store.lines().map(({ id, consumer }) => [id, consumer])).toEqual([
      ['a', 'shop'],
      ['b', 'shop'],
      ['c', undefined],
    ]);
    expect(on.registry.seen).toEqual([{ model, consumer: 'shop', requests: 2 }]);
  });

  it('refuses who shows no key, or another, where consumers must be declared', async () => {
    const gateway = await on.start({ consumers: 'declared' });
    const statuses = [];
    for (const headers of [{}, { 'x-api-key': 'other' }, withKey]) {
      statuses.push((await predict(gateway, { features: row }, headers)).status);
    }
    expect(statuses).toEqual([401, 401, 200]);
  });

  it('takes labels, which decide about versions, from nobody else either; they are no requests', async () => {
    const gateway = await on.start({ consumers: 'declared' });
    const path = `${gateway.url}/v1/models/${model}/labels`;
    const labels = [{ id: 'a', label: 'yes' }];
    expect((await call(path, { labels })).status).toBe(401);
    expect((await call(path, { labels }, withKey)).status).toBe(202);
    await gateway.close();
    expect(on.registry.seen).toEqual([]);
  });

  it('knows them after a restart without the registry', async () => {
    await (await on.start({ consumers: 'declared' })).close();
    on.registry.state = 'down';
    const gateway = await on.start({ consumers: 'declared' });
    expect((await predict(gateway, { features: row }, withKey)).status).toBe(200);
  });
});

describe('a quota', () => {
  it('turns requests away until the next minute, and says when that is', async () => {
    on.registry.callers = on.registry.callers.map((caller) => ({ ...caller, requestsPerMinute: 3 }));
    const gateway = await on.start();
    const answers = [];
    // A minute may end in between: six in a row are always above a quota of three.
    for (let index = 0; index < 7; index++) answers.push(await predict(gateway, { features: row }, withKey));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(1);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(refused[0]?.body.error).toMatchObject({ code: 'PRN-GATEWAY-016' });
    expect((await predict(gateway, { features: row })).status).toBe(200);
  });
});

describe('a hold-back', () => {
  it('marks a share of the keys in answer and log, always the same ones', async () => {
    const gateway = await on.start({ holdback: 0.3 });
    const keys = Array.from({ length: 100 }, (_, index) => `k${index}`);
    const ask = () => Promise.all(keys.map((key) => predict(gateway, { id: key, key, features: row })));
    const held = async () => (await ask()).flatMap(({ body }) => (body.holdback === true ? [body.id] : []));
    const first = await held();
    expect(first.length).toBeGreaterThan(15);
    expect(first.length).toBeLessThan(45);
    expect(await held()).toEqual(first);
    await gateway.close();
    const lines = on.store.lines();
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter(({ id, holdback }) => (holdback === true) !== first.includes(id))).toEqual([]);
  });
});
