import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GatewayOptions, RunningGateway } from '../../../../src/gateway/http/start-gateway.ts';
import { type Answered, type Bench, bench, compileProgram, predict, row, served, signature, until } from './harness.ts';

let compiled: Awaited<ReturnType<typeof compileProgram>>;
let on: Bench;

beforeAll(async () => {
  compiled = await compileProgram();
});
afterAll(() => compiled.remove());
beforeEach(async () => {
  on = await bench({ 1: 'good', 2: 'better', 3: 'throws', 4: 'slow', 5: 'odd' }, compiled.program);
});
afterEach(() => on.clean());

async function withCanary(
  version: number,
  weight: number,
  options: Partial<GatewayOptions> = {},
): Promise<RunningGateway> {
  on.registry.canary(version, weight);
  const gateway = await on.start(options);
  expect(await served(gateway)).toMatchObject({ stable: 1, canary: version, weight });
  return gateway;
}

function ask(gateway: RunningGateway, count: number, features: object = row): Promise<Answered[]> {
  const keys = Array.from({ length: count }, (_, index) => `k${index}`);
  return Promise.all(keys.map((key) => predict(gateway, { id: key, key, features })));
}

const roleOf = ({ headers }: Answered): string | null => headers.get('x-perennial-role');

describe('a canary', () => {
  it('answers its share, always for the same keys, and says so', async () => {
    const gateway = await withCanary(2, 0.3);
    const first = await ask(gateway, 300);
    const again = await ask(gateway, 300);
    expect(again.map(roleOf)).toEqual(first.map(roleOf));
    const canaries = first.filter((answer) => roleOf(answer) === 'canary');
    expect(canaries.length).toBeGreaterThan(60);
    expect(canaries.length).toBeLessThan(120);
    expect(canaries[0]?.headers.get('x-perennial-version')).toBe('2');
    expect(canaries[0]?.headers.get('x-perennial-weight')).toBe('0.3');
  });

  it('that fails never fails a request: the champion answers, and one canary line tells it', async () => {
    const gateway = await withCanary(3, 1, { floors: { consecutiveFailures: 1_000 } });
    const answers = await ask(gateway, 20, { ...row, b: 200 });
    for (const { status, body, headers } of answers) {
      expect(status).toBe(200);
      expect(body).toMatchObject({ version: 1, role: 'stable', prediction: 'no' });
      expect(headers.get('x-perennial-fallback')).toBe('canary-error');
    }
    await gateway.close();
    const lines = on.store.lines();
    expect(lines).toHaveLength(20);
    expect(lines.every(({ role, ok, version }) => role === 'canary' && !ok && version === 3)).toBe(true);
    expect(lines[0]?.error).toMatch(/^canary-error: PRN-GATEWAY-008: .*out of data bounds/);
    expect(lines[0]).toMatchObject({ score: null, prediction: null, share: 1, rollout: 'r7', features: { b: 200 } });
  });

  it('that is late is answered for by the champion, and no stable request waits for it', async () => {
    const gateway = await withCanary(4, 0.5, {
      challengerTimeoutMs: 1_500,
      floors: { consecutiveFailures: 1_000, consecutiveTimeouts: 1_000 },
    });
    const hanging = { ...row, b: 1e6 };
    const timed = Array.from({ length: 40 }, async (_, index) => {
      const began = performance.now();
      const answer = await predict(gateway, { key: `k${index}`, features: hanging });
      return { answer, ms: performance.now() - began };
    });
    const answers = await Promise.all(timed);
    const late = answers.filter(({ answer }) => answer.headers.get('x-perennial-fallback') === 'canary-timeout');
    const others = answers.filter(({ answer }) => answer.headers.get('x-perennial-fallback') === null);
    expect(answers.every(({ answer }) => answer.status === 200 && answer.body.version === 1)).toBe(true);
    expect(late.length).toBeGreaterThan(10);
    expect(others.length).toBeGreaterThan(10);
    expect(Math.max(...others.map(({ ms }) => ms))).toBeLessThan(1_500);
    expect(Math.min(...late.map(({ ms }) => ms))).toBeGreaterThan(1_400);
  });

  it('that is still stuck in a call fails at once for the next request', async () => {
    const gateway = await withCanary(4, 1, { challengerTimeoutMs: 150 });
    await predict(gateway, { features: { ...row, b: 1_500 } });
    const began = performance.now();
    const { headers } = await predict(gateway, { features: row });
    expect(headers.get('x-perennial-fallback')).toBe('canary-timeout');
    expect(performance.now() - began).toBeLessThan(100);
  });

  it('that keeps failing is dropped by the gateway itself, which tells the registry', async () => {
    const gateway = await withCanary(3, 1);
    const answers: Answered[] = [];
    for (let index = 0; index < 12; index++) answers.push(...(await ask(gateway, 1, { ...row, b: 200 })));
    const fallbacks = answers.map(({ headers }) => headers.get('x-perennial-fallback'));
    expect(fallbacks).toEqual([...new Array(10).fill('canary-error'), null, null]);
    expect(on.registry.halts).toEqual([{ rollout: 'r7', reason: 'version 3: 10 failures in a row', by: 'gw' }]);
    expect(await served(gateway)).toMatchObject({ canary: null, weight: 0 });
  });

  it('that was dropped stays dropped through renewed leases and a restart, and is reported once the registry is back', async () => {
    const gateway = await withCanary(3, 1);
    on.registry.state = 'down';
    await ask(gateway, 12, { ...row, b: 200 });
    expect(roleOf(await predict(gateway, { features: row }))).toBe('stable');
    await gateway.close();
    const next = await on.start();
    expect((await predict(next, { features: row })).body).toMatchObject({ role: 'stable', version: 1 });
    expect(on.registry.halts).toEqual([]);
    on.registry.state = 'up';
    on.registry.move({ leaseUntil: new Date(Date.now() + 60_000).toISOString() });
    await until(
      () => on.registry.halts.length,
      (count) => count === 1,
    );
    await until(
      () => served(next),
      ({ rev }) => rev === on.registry.route.rev,
    );
    expect(roleOf(await predict(next, { features: row }))).toBe('stable');
  });

  it('that answers impossible numbers is dropped', async () => {
    const gateway = await withCanary(5, 1);
    const answers = [];
    for (let index = 0; index < 4; index++) answers.push(await predict(gateway, { features: { ...row, a: 7 } }));
    expect(answers.map(({ headers }) => headers.get('x-perennial-fallback'))).toEqual([
      ...new Array(3).fill('canary-error'),
      null,
    ]);
    expect(on.registry.halts[0]?.reason).toBe('version 5: 3 impossible scores in a row');
  });

  it('whose process crashes again and again is dropped, and every request is answered', async () => {
    const program = join(on.stateFolder, 'crash.mjs');
    const source = [
      "process.on('message', ({ kind }) => (kind === 'load' ? process.send({ kind: 'ready' }) : process.exit(7)));",
      "process.on('disconnect', () => process.exit(0));",
    ];
    await writeFile(program, source.join('\n'));
    const gateway = await withCanary(2, 1, {
      challengerProgram: program,
      floors: { consecutiveFailures: 10_000, crashes: 2 },
    });
    await until(
      async () => {
        expect((await predict(gateway, { features: row })).status).toBe(200);
        return on.registry.halts[0]?.reason;
      },
      (reason) => reason === 'version 2: its process crashed 2 times',
    );
  });

  it('that cannot be loaded gets no traffic, and its rollout is halted with the reason', async () => {
    on.registry.add(6, 'good', { ...signature, features: [...signature.features, { name: 'd', type: 'numeric' }] });
    on.registry.canary(6, 0.5);
    const gateway = await on.start();
    await until(
      () => on.registry.halts.length,
      (count) => count === 1,
    );
    expect(on.registry.halts[0]?.reason).toContain('input "d" is missing');
    expect((await ask(gateway, 20)).every((answer) => roleOf(answer) === 'stable')).toBe(true);
  });

  it('gets nothing from the instant its lease ends, with nobody to renew it', async () => {
    on.registry.canary(2, 1, 3_000);
    const gateway = await on.start();
    expect(roleOf(await predict(gateway, { features: row }))).toBe('canary');
    on.registry.state = 'silent';
    await until(
      () => predict(gateway, { features: row }),
      (answer) => roleOf(answer) === 'stable',
    );
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(on.registry.route.leaseUntil ?? ''));
    expect((await served(gateway)).why).toContain('lease expired');
  });

  it('becomes the champion without a failed request, and the old champion stays warm', async () => {
    const gateway = await withCanary(2, 0.5);
    const asking = Array.from({ length: 60 }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * 5));
      if (index === 20) on.registry.move({ stable: 2, canary: null, weight: 0, rollout: null, leaseUntil: null });
      return predict(gateway, { features: row });
    });
    expect((await Promise.all(asking)).every(({ status }) => status === 200)).toBe(true);
    await until(
      () => served(gateway),
      ({ stable, previous }) => stable === 2 && previous === 1,
    );
    on.store.down = true;
    on.registry.move({ stable: 1 });
    await until(
      () => served(gateway),
      ({ stable }) => stable === 1,
    );
  });
});

describe('a shadow', () => {
  it('sees every request after its answer, and is logged beside it with the same id', async () => {
    on.registry.shadow(2);
    const gateway = await on.start();
    await ask(gateway, 40);
    await gateway.close();
    const lines = on.store.lines();
    const stable = lines.filter(({ role }) => role === 'stable');
    const shadow = lines.filter(({ role }) => role === 'shadow');
    expect(new Set(shadow.map(({ id }) => id))).toEqual(new Set(stable.map(({ id }) => id)));
    expect(shadow).toHaveLength(40);
    expect(shadow[0]).toMatchObject({ version: 2, rollout: 'r7', ok: true, features: null });
    expect(stable[0]).toMatchObject({ version: 1, rollout: 'r7', share: 0, features: row });
  });

  it('that is slow does not delay answers', async () => {
    on.registry.shadow(4);
    const gateway = await on.start({ challengerTimeoutMs: 3_000 });
    const began = performance.now();
    for (let index = 0; index < 20; index++) await predict(gateway, { features: { ...row, b: 300 } });
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe('x-model-version', () => {
  it('answers with any version, marked as ad hoc and out of the rollout', async () => {
    const gateway = await on.start();
    const answer = await predict(gateway, { id: 'q', features: row }, { 'x-model-version': '2' });
    expect(answer.body).toMatchObject({ version: 2, role: 'adhoc' });
    await gateway.close();
    expect(on.store.lines()).toMatchObject([{ id: 'q', role: 'adhoc', version: 2, rollout: null, share: 0 }]);
  });

  it('says 404 for a version that does not exist and 503 for one that cannot be fetched now', async () => {
    const gateway = await on.start();
    expect((await predict(gateway, { features: row }, { 'x-model-version': '99' })).status).toBe(404);
    on.store.down = true;
    const answer = await predict(gateway, { features: row }, { 'x-model-version': '2' });
    expect(answer.status).toBe(503);
    expect(answer.body.error).toMatchObject({ code: 'PRN-GATEWAY-005' });
  });
});
