import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCopyQueue } from '../../../../src/gateway/http/copy-queue.ts';
import type { RunningGateway } from '../../../../src/gateway/http/start-gateway.ts';
import { type Bench, bench, compileProgram, predict, row, served, until } from './harness.ts';

let compiled: Awaited<ReturnType<typeof compileProgram>>;
let on: Bench;

beforeAll(async () => {
  compiled = await compileProgram();
});
afterAll(() => compiled.remove());
beforeEach(async () => {
  on = await bench({ 1: 'good', 2: 'better', 3: 'throws', 4: 'slow', 5: 'good' }, compiled.program);
});
afterEach(() => on.clean());

async function ask(gateway: RunningGateway, count: number, features: object = row): Promise<void> {
  for (let index = 0; index < count; index++) await predict(gateway, { id: `q${index}`, features });
}

const linesOf = (version: number) => on.store.lines().filter((line) => line.version === version);

describe('standing shadows', () => {
  it('all see every request, beside the shadow of a rollout, which alone is counted for it', async () => {
    on.registry.shadow(2);
    on.registry.move({ shadows: [2, 3, 5] });
    const gateway = await on.start();
    expect(await served(gateway)).toMatchObject({ shadow: 2, shadows: [3, 5] });
    await ask(gateway, 20);
    await gateway.close();
    const ids = new Set(linesOf(1).map(({ id }) => id));
    for (const version of [2, 3, 5]) {
      expect(linesOf(version)).toHaveLength(20);
      expect(new Set(linesOf(version).map(({ id }) => id))).toEqual(ids);
      expect(linesOf(version).every(({ role, features }) => role === 'shadow' && features === null)).toBe(true);
    }
    expect(new Set(linesOf(2).map(({ rollout }) => rollout))).toEqual(new Set(['r7']));
    expect(new Set([...linesOf(3), ...linesOf(5)].map(({ rollout }) => rollout))).toEqual(new Set([null]));
  });

  it('need no rollout, and go on after a lease has ended', async () => {
    on.registry.canary(2, 1, 50);
    on.registry.move({ shadows: [5] });
    const gateway = await on.start();
    await until(
      () => served(gateway),
      ({ canary }) => canary === null,
    );
    await ask(gateway, 5);
    await gateway.close();
    expect(linesOf(5)).toHaveLength(5);
  });

  it('that fail are dropped alone: the rollout beside them goes on', async () => {
    on.registry.canary(2, 0.5);
    on.registry.move({ shadows: [3, 5] });
    const gateway = await on.start();
    for (let index = 0; index < 60; index++)
      await predict(gateway, { id: `q${index}`, key: `k${index}`, features: { ...row, b: 200 } });
    const now = await until(
      () => served(gateway),
      ({ shadows }) => Array.isArray(shadows) && shadows.length === 1,
    );
    expect(now).toMatchObject({
      canary: 2,
      weight: 0.5,
      shadows: [5],
      droppedShadows: [{ version: 3, why: '10 failures in a row' }],
    });
    expect(on.registry.halts).toEqual([]);
    await gateway.close();
    // Those that waited with the tenth failure are logged as well.
    expect(linesOf(3).length).toBeLessThan(60);
  });

  it('that cannot be loaded halt no rollout', async () => {
    on.registry.canary(2, 0.5);
    on.registry.add(6, 'good', {
      task: 'binary-classification',
      features: [{ name: 'd', type: 'numeric' }],
      classes: ['no', 'yes'],
    });
    on.registry.move({ shadows: [6] });
    const gateway = await on.start();
    const now = await until(
      () => served(gateway),
      ({ failures }) => Array.isArray(failures) && failures.length > 0,
    );
    expect(now).toMatchObject({ canary: 2, shadows: [] });
    expect(on.registry.halts).toEqual([]);
  });

  it('that hang delay no answer', async () => {
    on.registry.move({ shadows: [4, 5] });
    const gateway = await on.start({ challengerTimeoutMs: 3_000 });
    const began = performance.now();
    await ask(gateway, 20, { ...row, b: 300 });
    expect(performance.now() - began).toBeLessThan(1_500);
  });

  it('are remembered over a restart without the registry', async () => {
    on.registry.move({ shadows: [5] });
    const gateway = await on.start();
    await gateway.close();
    on.registry.state = 'down';
    const next = await on.start();
    expect(await served(next)).toMatchObject({ from: 'disk', shadows: [5] });
  });
});

describe('copies', () => {
  it('wait until the turn that makes the answers is over, and are dropped beyond what may wait', async () => {
    const done: number[] = [];
    const queue = createCopyQueue(() => undefined);
    const taken = Array.from({ length: 20_010 }, (_, at) => queue.later(() => void done.push(at)));
    expect(done).toEqual([]);
    expect(taken.filter((kept) => !kept)).toHaveLength(10);
    await queue.drained();
    expect(done).toHaveLength(20_000);
    expect(queue.later(() => undefined)).toBe(true);
  });

  it('let other work in between, and one that throws stops no other', async () => {
    const faults: unknown[] = [];
    const queue = createCopyQueue((fault) => void faults.push(fault));
    let between = 0;
    const busy = (): void => {
      const until = performance.now() + 1;
      while (performance.now() < until);
    };
    queue.later(() => {
      throw new Error('broken');
    });
    for (let copy = 0; copy < 20; copy++) queue.later(busy);
    const other = setInterval(() => (between += 1), 1);
    await queue.drained();
    clearInterval(other);
    expect(between).toBeGreaterThan(3);
    expect(faults).toHaveLength(1);
  });
});
