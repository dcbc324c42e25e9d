import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningGateway } from '../../../../src/gateway/http/start-gateway.ts';
import { type Bench, bench, goodScore, model, predict, row, served, signature, until } from './harness.ts';

let far: Bench;
let near: Bench;
let upstream: RunningGateway;

/** A version whose model another server has: here a gateway, which speaks the same protocol. */
beforeEach(async () => {
  far = await bench({ 1: 'good' });
  near = await bench({ 1: 'better' });
  upstream = await far.start();
  const artifact = `${upstream.url}/v2/models/${model}`;
  near.registry.versions.set(2, { model, version: 2, artifact, artifactDigest: artifact, signature });
});
afterEach(async () => {
  await near.clean();
  await far.clean();
});

describe('a version behind another server', () => {
  it('answers as the champion, missing values and all', async () => {
    near.registry.move({ stable: 2 });
    const gateway = await near.start();
    const { body } = await predict(gateway, { features: { a: 0.5, b: 1.25, c: 'blue' } });
    expect(body).toMatchObject({ version: 2, role: 'stable' });
    expect(body.probability).toBeCloseTo(goodScore({ a: 0.5, b: 1.25, c: 'blue' }), 6);
    expect((await predict(gateway, { features: { a: null, b: null, c: null } })).body.probability).toBeCloseTo(0.5, 6);
  });

  it('can be mirrored to, and is logged beside the champion', async () => {
    near.registry.shadow(2);
    const gateway = await near.start();
    await predict(gateway, { id: 'q', features: row });
    await gateway.close();
    expect(near.store.lines().map(({ role, version, ok }) => [role, version, ok])).toEqual([
      ['stable', 1, true],
      ['shadow', 2, true],
    ]);
  });

  it('that goes away as a canary is answered for by the champion, and dropped', async () => {
    near.registry.canary(2, 1);
    const gateway = await near.start();
    expect((await predict(gateway, { features: row })).body.version).toBe(2);
    await far.clean();
    const fallbacks = [];
    for (let index = 0; index < 11; index++) {
      const { status, headers } = await predict(gateway, { features: row });
      expect(status).toBe(200);
      fallbacks.push(headers.get('x-perennial-fallback'));
    }
    expect(fallbacks).toEqual([...new Array(10).fill('canary-error'), null]);
    await until(
      () => served(gateway),
      ({ canary }) => canary === null,
    );
    expect(near.registry.halts[0]?.reason).toBe('version 2: 10 failures in a row');
  });

  it('is served after a restart without the registry', async () => {
    near.registry.move({ stable: 2 });
    await (await near.start()).close();
    near.registry.state = 'down';
    const gateway = await near.start();
    expect((await predict(gateway, { features: row })).body.version).toBe(2);
  });
});
