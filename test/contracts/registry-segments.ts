import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createApprovalActivities } from '../../activities/approval.ts';
import { createRolloutActivities } from '../../activities/rollout.ts';
import { standInFor } from '../../activities/stand-in.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { noTraffic } from '../../src/rollout/no-traffic.ts';
import {
  accepted,
  ana,
  canary,
  liveModel,
  newVersion,
  openRun,
  planOf,
  type RegistryUnderTest,
} from './registry-fixtures.ts';

/** A segment whose first version is a challenger; its global model has a champion, which is told to decide from 0.3 on. */
async function newSegment(registry: Registry) {
  const global = await liveModel(registry, 1);
  const threshold = { threshold: 0.3, metric: 'f1', value: 0.6, atHalf: 0.5, rows: 900 } as const;
  await registry.setThreshold({ model: global, version: 1, run: `${global}-r1`, threshold });
  const plan = planOf(`${global}--jfk`);
  const { model } = plan.file;
  await registry.applyModel({ ...plan, file: { ...plan.file, segmentOf: global } }, ana);
  const { run } = await openRun(registry, model);
  await registry.addVersion(newVersion(model, run, 'boosted'));
  await registry.moveVersion({ model, version: 1, to: 'challenger', by: ana, reason: 'gates passed' });
  return { global, model, run, threshold };
}

export function describeSegments(underTest: () => RegistryUnderTest): void {
  describe('the first rollout of a segment', () => describeFirstRollout(underTest));
}

function describeFirstRollout(underTest: () => RegistryUnderTest): void {
  const begin = async () => {
    const { registry } = underTest();
    const segment = await newSegment(registry);
    const { model } = segment;
    const activities = createRolloutActivities({
      ...{ registry, now: () => new Date('2030-01-01T00:00:00Z') },
      traffic: { tally: async () => noTraffic, forget: () => {} },
      store: {} as never,
    });
    const key = { model, version: 1, rollout: `${model}-a`, by: ana, reason: 'its first' };
    const step = { ...key, phase: 'canary', weight: 0.05, force: false } as const;
    expect(await activities.enterStep(step as never)).toEqual({ entered: true, why: '' });
    return { registry, ...segment, activities, key, step };
  };
  const states = async (registry: Registry, model: string) =>
    (await registry.versions(model)).map(({ version, state }) => `${version} ${state}`).sort();

  it('is a canary against what stands in for the global champion: the same file, deciding the same way', async () => {
    const { registry, global, model, threshold, activities, step } = await begin();
    expect(await registry.route(model)).toMatchObject({ stable: 2, canary: 1, weight: 0.05 });
    const [champion, standIn] = await Promise.all([registry.version(global, 1), registry.version(model, 2)]);
    expect(standIn).toMatchObject({
      artifact: champion.artifact,
      candidate: `${global}@1`,
      state: 'stable',
      threshold,
    });
    expect(await activities.enterStep({ ...step, weight: 0.5 } as never)).toMatchObject({ entered: true });
    expect(await registry.route(model)).toMatchObject({ stable: 2, canary: 1, weight: 0.5 });
    expect(await states(registry, model)).toEqual(['1 canary', '2 stable']);
  });

  it('gives the segment back to the global model when it fails, and may be tried again', async () => {
    const { registry, model, activities, key, step } = await begin();
    await activities.withdrawVersion(key as never);
    await activities.withdrawVersion(key as never);
    expect(await registry.route(model)).toMatchObject({ stable: null, canary: null, rollout: null });
    expect(await states(registry, model)).toEqual(['1 failed', '2 deprecated']);
    const again = { ...step, rollout: `${model}-b`, force: true };
    expect(await activities.enterStep(again as never)).toMatchObject({ entered: true });
    expect(await states(registry, model)).toEqual(['1 canary', '2 stable']);
  });

  it('ends with the segment’s own champion; rolled back, the global model answers again', async () => {
    const { registry, model, activities, key } = await begin();
    expect(await activities.promoteVersion(key as never)).toMatchObject({ promoted: true });
    expect(await registry.route(model)).toMatchObject({ stable: 1, canary: null });
    expect(await standInFor(registry, await registry.version(model, 1))).toBeUndefined();
    expect(accepted(await registry.rollBack({ model, by: ana, reason: 'bad' }))).toMatchObject({ stable: null });
    expect(await states(registry, model)).toEqual(['1 failed', '2 deprecated']);
  });

  it('needs no new approval for as long as the global champion is the one that it was compared with', async () => {
    const { registry } = underTest();
    const { global, model } = await newSegment(registry);
    const report = Buffer.from(JSON.stringify({ champion: { model: global, version: 1 } }));
    const store = { get: async () => report } as never;
    const { findChange } = createApprovalActivities({ registry, store });
    const evidence = createHash('sha256').update(report).digest('hex');
    const asked = { model, key: 'report.json', evaluation: 'copy.json', evidence };
    expect(await findChange(asked)).toBeNull();
    await registry.promoteFirst({ model, version: 1, run: `${model}-r1`, by: ana, reason: 'by hand' });
    const why = `the champion it was compared with is ${global}@1, and now v1 is`;
    expect(await findChange(asked)).toEqual({ why, judgeAgain: true });
  });

  it('never rolls out what only stands in', async () => {
    const { registry, model, activities, key } = await begin();
    await activities.withdrawVersion(key as never);
    const move = await registry.setRollout({ ...canary(model, 2, 'c'), standIn: 2, force: true });
    expect(move).toMatchObject({ ok: false, why: expect.stringContaining('stands in') });
  });
}
