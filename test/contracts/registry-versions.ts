import { describe, expect, it } from 'vitest';
import { recordVerdict } from '../../activities/recorded-verdict.ts';
import type { Registry } from '../../src/registry/registry.ts';
import {
  accepted,
  ana,
  canary,
  freshModel,
  liveModel,
  newVersion,
  openRun,
  type RegistryUnderTest,
} from './registry-fixtures.ts';

export function describeVersions(underTest: () => RegistryUnderTest): void {
  describe('versions', () => describeLife(underTest));
  describe('versions that are judged again', () => describeJudgedAgain(underTest));
  describe('evidence', () => describeEvidence(underTest));
}

function describeLife(underTest: () => RegistryUnderTest): void {
  it('numbers versions 1, 2, 3 and adds one run’s candidate once', async () => {
    const { registry } = underTest();
    const model = await freshModel(registry);
    const { run } = await openRun(registry, model);
    const first = await registry.addVersion(newVersion(model, run, 'boosted'));
    const second = await registry.addVersion(newVersion(model, run, 'linear'));
    expect([first.version, second.version]).toEqual([1, 2]);
    expect(await registry.addVersion(newVersion(model, run, 'boosted'))).toEqual(first);
    expect(await registry.versions(model)).toEqual([second, first]);
  });

  it('gives everything back that reproduces a version', async () => {
    const { registry } = underTest();
    const model = await freshModel(registry);
    const { run } = await openRun(registry, model);
    const added = newVersion(model, run, 'boosted');
    await registry.addVersion(added);
    expect(await registry.version(model, 1)).toEqual({
      ...added,
      ...{
        version: 1,
        state: 'candidate',
        metrics: null,
        record: null,
        threshold: null,
        rev: 1,
        createdAt: expect.any(String),
      },
    });
  });

  it('keeps how a version decides, and a choice that is made again is no second one', async () => {
    const { registry } = underTest();
    const model = await freshModel(registry);
    const { run } = await openRun(registry, model);
    await registry.addVersion(newVersion(model, run, 'boosted'));
    const threshold = { threshold: 0.31, metric: 'f1', value: 0.6, atHalf: 0.5, rows: 900 } as const;
    await registry.setThreshold({ model, version: 1, run, threshold });
    await registry.setThreshold({ model, version: 1, run, threshold });
    expect(await registry.version(model, 1)).toMatchObject({ threshold, rev: 2 });
    const events = (await registry.events(model)).filter(({ kind }) => kind === 'version.threshold');
    expect(events).toMatchObject([{ version: 1, run, details: threshold }]);
    const unknown = registry.setThreshold({ model, version: 9, run, threshold });
    await expect(unknown).rejects.toMatchObject({ code: 'PRN-REGISTRY-003' });
  });

  it('repeats a move without a second event', async () => {
    const { registry } = underTest();
    const model = await freshModel(registry);
    const { run } = await openRun(registry, model);
    await registry.addVersion(newVersion(model, run, 'boosted'));
    const move = { model, version: 1, to: 'challenger', by: ana, reason: 'gates', run } as const;
    const moved = await registry.moveVersion(move);
    expect(moved).toMatchObject({ state: 'challenger', rev: 2 });
    expect(await registry.moveVersion(move)).toEqual(moved);
    const events = (await registry.events(model)).filter(({ kind }) => kind === 'version.challenger');
    expect(events).toMatchObject([{ version: 1, run, actor: ana, reason: 'gates', details: { from: 'candidate' } }]);
  });

  it.each(['shadow', 'canary', 'deprecated', 'failed', 'candidate'] as const)(
    'refuses to move a challenger straight to %s',
    async (to) => {
      const { registry } = underTest();
      const model = await liveModel(registry, 2);
      const move = registry.moveVersion({ model, version: 2, to, by: ana, reason: 'no' });
      await expect(move).rejects.toMatchObject({ code: 'PRN-REGISTRY-004' });
    },
  );

  it('does not let a stable version leave except by a move of the route', async () => {
    const { registry } = underTest();
    const model = await liveModel(registry, 1);
    const move = registry.moveVersion({ model, version: 1, to: 'failed', by: ana, reason: 'no' });
    await expect(move).rejects.toMatchObject({ code: 'PRN-REGISTRY-004' });
  });

  it('says which version it does not know', async () => {
    const { registry } = underTest();
    const model = await freshModel(registry);
    const unknown = { code: 'PRN-REGISTRY-003', details: { model, version: 7 } };
    await expect(registry.version(model, 7)).rejects.toMatchObject(unknown);
    const first = registry.promoteFirst({ model, version: 7, run: 'r', by: ana, reason: '' });
    await expect(first).rejects.toMatchObject(unknown);
  });
}

/** As an evaluation does after an approval that has become void: the same run's candidates against another champion. */
function describeJudgedAgain(underTest: () => RegistryUnderTest): void {
  const judge = async (registry: Registry, model: string, version: number, verdict: 'pass' | 'fail') => {
    const candidate = { version, verdict, metrics: { rmse: 1 }, gates: [] };
    const run = `${model}-r1`;
    await recordVerdict(registry, { run, model }, candidate, { key: `${verdict}.json`, digest: verdict, smoke: false });
    return (await registry.version(model, version)).state;
  };

  it('become challengers after all where the gates that rejected them let them pass now, and back', async () => {
    const { registry } = underTest();
    const model = await liveModel(registry, 2);
    expect(await judge(registry, model, 2, 'fail')).toBe('rejected');
    expect(await judge(registry, model, 2, 'pass')).toBe('challenger');
    expect(await judge(registry, model, 2, 'fail')).toBe('rejected');
    const verdicts = (await registry.decisions(model)).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(['fail', 'pass']);
  });

  it('stay rejected where a person has turned them down', async () => {
    const { registry } = underTest();
    const model = await liveModel(registry, 2);
    const decision = { run: `${model}-r1`, model, version: 2, kind: 'approval', verdict: 'rejected' } as const;
    await registry.recordDecision({ ...decision, by: ana, reason: 'holidays', evidence: null });
    await registry.moveVersion({ model, version: 2, to: 'rejected', by: ana, reason: 'holidays' });
    await expect(judge(registry, model, 2, 'pass')).rejects.toMatchObject({ code: 'PRN-REGISTRY-004' });
  });

  it('stay where a rollout has brought them meanwhile', async () => {
    const { registry } = underTest();
    const model = await liveModel(registry, 2);
    accepted(await registry.setRollout(canary(model, 2, 'by-hand')));
    expect(await judge(registry, model, 2, 'fail')).toBe('canary');
    expect(await judge(registry, model, 1, 'pass')).toBe('stable');
  });
}

function describeEvidence(underTest: () => RegistryUnderTest): void {
  it('shows the platform’s own metrics once a version was evaluated', async () => {
    const { registry } = underTest();
    const model = await liveModel(registry, 1);
    const run = `${model}-r1`;
    const evaluation = { run, model, version: 1, metrics: { rmse: 1.25, gain: null }, key: 'e.json', verdict: 'pass' };
    await registry.recordEvaluation(evaluation);
    await registry.recordEvaluation(evaluation);
    expect((await registry.version(model, 1)).metrics).toEqual({ rmse: 1.25, gain: null });
    const events = (await registry.events(model)).filter(({ kind }) => kind === 'version.evaluated');
    expect(events).toHaveLength(1);
  });

  it('keeps decisions with their evidence, each once, in the order in which they were taken', async () => {
    const { registry } = underTest();
    const model = await liveModel(registry, 1);
    const run = `${model}-r1`;
    const gates = {
      run,
      model,
      version: 1,
      kind: 'gates',
      verdict: 'pass',
      by: ana,
      reason: 'all',
      evidence: [0.7],
    } as const;
    const approval = {
      ...gates,
      kind: 'approval',
      verdict: 'approved',
      reason: 'fine',
      evidence: { key: 'e' },
    } as const;
    for (const decision of [gates, approval, gates]) await registry.recordDecision(decision);
    const decisions = await registry.decisions(model, run);
    expect(decisions).toMatchObject([
      { kind: 'gates', evidence: [0.7], by: ana },
      { kind: 'approval', evidence: { key: 'e' } },
    ]);
    expect(await registry.decisions(model)).toEqual(decisions);
    expect(await registry.decisions(model, `${model}-r2`)).toEqual([]);
  });
}
