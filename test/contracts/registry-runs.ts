import { describe, expect, it } from 'vitest';
import {
  ana,
  freshModel,
  freshName,
  newVersion,
  openRun,
  planOf,
  type RegistryUnderTest,
} from './registry-fixtures.ts';

export function describeRuns(underTest: () => RegistryUnderTest): void {
  describe('models', () => describeModels(underTest));
  describe('runs', () => describeOpenAndClose(underTest));
  describe('stages', () => describeStages(underTest));
  describe('tokens', () => describeTokens(underTest));
}

function describeModels(underTest: () => RegistryUnderTest): void {
  it('counts a revision only when the plan has changed', async () => {
    const { registry } = underTest();
    const model = freshName();
    expect(await registry.applyModel(planOf(model), ana)).toEqual({ revision: 1, changed: true });
    expect(await registry.applyModel(planOf(model), ana)).toEqual({ revision: 1, changed: false });
    expect(await registry.applyModel(planOf(model, 'digest-2'), ana)).toEqual({ revision: 2, changed: true });
    expect(await registry.model(model)).toMatchObject({ revision: 2, planDigest: 'digest-2' });
  });

  it('gives a plan back with its features in their order', async () => {
    const { registry } = underTest();
    const model = await freshModel(registry);
    const { plan } = await registry.model(model);
    expect(plan).toEqual(planOf(model));
    expect(Object.keys(plan.file.data.features)).toEqual(['zeta', 'a', 'mm']);
  });

  it('says which model it does not know', async () => {
    const { registry } = underTest();
    const unknown = { code: 'PRN-REGISTRY-001', message: expect.stringContaining('"nobody"') };
    await expect(registry.model('nobody')).rejects.toMatchObject(unknown);
    await expect(registry.route('nobody')).rejects.toMatchObject(unknown);
    await expect(openRun(registry, 'nobody')).rejects.toMatchObject(unknown);
    await expect(registry.addEvent({ model: 'nobody', kind: 'note', by: ana })).rejects.toMatchObject(unknown);
  });
}

function describeOpenAndClose(underTest: () => RegistryUnderTest): void {
  it('names runs after their model, and opens one workflow run once', async () => {
    const { registry } = underTest();
    const model = await freshModel(registry);
    const first = await openRun(registry, model, 'a');
    const second = await openRun(registry, model, 'b');
    expect([first.run, second.run]).toEqual([`${model}-r1`, `${model}-r2`]);
    expect(await openRun(registry, model, 'a')).toEqual(first);
    expect((await registry.runs(model)).map(({ run }) => run)).toEqual([second.run, first.run]);
    expect(await registry.runs(model, 1)).toEqual([second]);
  });

  it('keeps the first outcome of a run', async () => {
    const { registry } = underTest();
    const { run } = await openRun(registry, await freshModel(registry));
    await registry.closeRun(run, 'nothing-better', 'no gain');
    await registry.closeRun(run, 'failed', 'late zombie');
    expect(await registry.run(run)).toMatchObject({ outcome: 'nothing-better', summary: 'no gain' });
    expect((await registry.run(run)).endedAt).not.toBeNull();
  });

  it('says which run it does not know', async () => {
    const { registry } = underTest();
    const unknown = { code: 'PRN-REGISTRY-002', message: expect.stringContaining('"x-r9"') };
    const stage = { stage: 's', kind: 'train', state: 'running', attempt: 1, result: null } as const;
    await expect(registry.run('x-r9')).rejects.toMatchObject(unknown);
    await expect(registry.closeRun('x-r9', 'failed', '')).rejects.toMatchObject(unknown);
    await expect(registry.recordStages('x-r9', [stage])).rejects.toMatchObject(unknown);
    const model = await freshModel(registry);
    await expect(registry.addVersion(newVersion(model, 'x-r9', 'c'))).rejects.toMatchObject(unknown);
  });
}

function describeStages(underTest: () => RegistryUnderTest): void {
  it('shows the latest attempt of each stage, in the order of their start', async () => {
    const { registry } = underTest();
    const { run } = await openRun(registry, await freshModel(registry));
    const record = (stage: string, attempt: number, state: 'running' | 'passed' | 'failed', result: unknown = null) =>
      registry.recordStages(run, [{ stage, kind: 'train', attempt, state, result }]);
    await record('snapshot', 1, 'running');
    await record('snapshot', 1, 'passed', { rows: 10 });
    await new Promise((tick) => setTimeout(tick, 2));
    await record('boosted', 1, 'running');
    await record('boosted', 1, 'failed', { why: 'disk' });
    await record('boosted', 2, 'running');
    const stages = await registry.stages(run);
    expect(stages.map(({ stage, attempt, state }) => [stage, attempt, state])).toEqual([
      ['snapshot', 1, 'passed'],
      ['boosted', 2, 'running'],
    ]);
    expect(stages[0]).toMatchObject({ result: { rows: 10 }, endedAt: expect.any(String) });
  });

  it('does not let a late "running" reopen an attempt that has ended', async () => {
    const { registry } = underTest();
    const { run } = await openRun(registry, await freshModel(registry));
    const stage = { stage: 'boosted', kind: 'train', attempt: 1 } as const;
    await registry.recordStages(run, [{ ...stage, state: 'passed', result: { rows: 1 } }]);
    await registry.recordStages(run, [{ ...stage, state: 'running', result: null }]);
    expect(await registry.stages(run)).toMatchObject([{ state: 'passed', result: { rows: 1 } }]);
  });

  it('keeps all the stages of a call, and brings those that it knows up to date', async () => {
    const { registry } = underTest();
    const { run } = await openRun(registry, await freshModel(registry));
    const all = (state: 'running' | 'passed') =>
      Array.from({ length: 100 }, (_, at) => ({ stage: `s${at}`, kind: 'train', attempt: 1, state, result: { at } }));
    await registry.recordStages(run, all('running').slice(0, 3));
    await registry.recordStages(run, all('passed'));
    await registry.recordStages(run, all('passed'));
    await registry.recordStages(run, []);
    const stages = await registry.stages(run);
    expect(stages).toHaveLength(100);
    expect(
      stages.filter(({ state, stage, result }) => state === 'passed' && `s${(result as { at: number }).at}` === stage),
    ).toHaveLength(100);
  });
}

function describeTokens(underTest: () => RegistryUnderTest): void {
  it('finds a token by its hash and replaces it by its name', async () => {
    const { registry } = underTest();
    const name = freshName();
    await registry.saveToken({ name, sha256: `old-${name}`, roles: ['viewer'] });
    await registry.saveToken({ name, sha256: `new-${name}`, roles: ['approver', 'viewer'] });
    expect(await registry.findToken(`old-${name}`)).toBeNull();
    expect(await registry.findToken(`new-${name}`)).toEqual({ name, roles: ['approver', 'viewer'] });
  });

  it('refuses one secret under two names', async () => {
    const { registry } = underTest();
    const name = freshName();
    await registry.saveToken({ name, sha256: name, roles: [] });
    const second = registry.saveToken({ name: `${name}-b`, sha256: name, roles: [] });
    await expect(second).rejects.toMatchObject({ code: 'PRN-REGISTRY-005' });
  });
}
