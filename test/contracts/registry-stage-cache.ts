import { afterEach, describe, expect, it } from 'vitest';
import type { TrainingRecord } from '../../src/reproduce/record.ts';
import type { KeptTraining, TrainingClaim } from '../../src/stage-cache/book.ts';
import { freshModel, freshName, newVersion, openRun, type RegistryUnderTest } from './registry-fixtures.ts';

export function describeStageCache(underTest: () => RegistryUnderTest): void {
  describe('the cache of trainings', () => {
    afterEach(() => underTest().setNow(null));
    describeClaims(underTest);
    describeKept(underTest);
  });
}

const kept: KeptTraining = {
  trained: {
    artifact: 'models/m/runs/m-r1/boosted/single/a1',
    artifactDigest: 'd',
    classes: [0, 1],
    parameters: { depth: 3 },
    seed: 1,
    snapshot: 's',
    metrics: { auc: 0.7 },
    environment: { xgboost: '3' },
    device: 'cpu',
    seconds: 5,
  },
  detail: 'auc 0.7000 in 5 s',
  seconds: 6.5,
};

async function aClaim({ registry }: RegistryUnderTest, change: Partial<TrainingClaim> = {}): Promise<TrainingClaim> {
  const model = change.model ?? (await freshModel(registry));
  return {
    ...{ key: freshName(), model, run: `${model}-r1`, stage: 'boosted', ingredients: { seed: '1' }, notBefore: null },
    ...change,
  };
}

function describeClaims(underTest: () => RegistryUnderTest): void {
  it('lets one of many train at once, and the same one again', async () => {
    const { registry } = underTest();
    const claim = await aClaim(underTest());
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, number) => registry.claimTraining({ ...claim, run: `${claim.model}-r${number}` })),
    );
    const at = answers.findIndex(({ state }) => state === 'claimed');
    const winner = `${claim.model}-r${at}`;
    expect(answers.filter(({ state }) => state === 'claimed')).toHaveLength(1);
    expect(answers.filter((answer) => answer.state === 'held' && answer.run === winner)).toHaveLength(9);
    expect(await registry.claimTraining({ ...claim, run: winner })).toEqual({ state: 'claimed', expired: null });
    expect(await registry.claimTraining({ ...claim, run: winner, stage: 'twin' })).toMatchObject({ state: 'held' });
  });

  it('passes a claim on when it was given back, or when its holder was found dead', async () => {
    const { registry } = underTest();
    const first = await aClaim(underTest());
    const second = { ...first, run: `${first.model}-r2` };
    const third = { ...first, run: `${first.model}-r3` };
    await registry.claimTraining(first);
    await registry.releaseTraining(second);
    expect(await registry.claimTraining(second)).toEqual({ state: 'held', run: first.run, stage: 'boosted' });
    await registry.releaseTraining(first);
    expect(await registry.claimTraining(second)).toMatchObject({ state: 'claimed' });
    const dead = { run: first.run, stage: 'boosted' };
    expect(await registry.claimTraining({ ...third, takeOverFrom: dead })).toMatchObject({ state: 'held' });
    expect(await registry.claimTraining({ ...third, takeOverFrom: { ...dead, run: second.run } })).toMatchObject({
      state: 'claimed',
    });
    // Thought dead, and late: what the new holder makes counts.
    await registry.keepTraining(second, kept);
    expect(await registry.claimTraining(first)).toMatchObject({ state: 'held', run: third.run });
  });

  it('refuses a claim for a model that it does not know', async () => {
    const claim = await aClaim(underTest(), { model: 'nobody' });
    await expect(underTest().registry.claimTraining(claim)).rejects.toMatchObject({ code: 'PRN-REGISTRY-001' });
  });
}

function describeKept(underTest: () => RegistryUnderTest): void {
  it('forgets what nobody has asked for in 90 days as something new of the model comes', async () => {
    const { registry, setNow } = underTest();
    const unused = await aClaim(underTest());
    const [used, next, other] = [
      { ...unused, key: freshName() },
      { ...unused, key: freshName() },
      await aClaim(underTest()),
    ];
    setNow('2030-01-01T00:00:00Z');
    for (const claim of [unused, used, other]) {
      await registry.claimTraining(claim);
      await registry.keepTraining(claim, kept);
    }
    setNow('2030-01-02T00:00:00Z');
    expect(await registry.claimTraining(used)).toMatchObject({ state: 'kept' });
    setNow('2030-04-01T12:00:00Z');
    await registry.claimTraining(next);
    expect(await registry.claimTraining(used)).toMatchObject({ state: 'kept', madeAt: '2030-01-01T00:00:00.000Z' });
    expect(await registry.claimTraining(other)).toMatchObject({ state: 'kept' });
    expect(await registry.claimTraining(unused)).toEqual({ state: 'claimed', expired: null });
  });

  it('gives what was kept to everybody, until it is too old or asked for anew', async () => {
    const { registry, setNow } = underTest();
    const claim = await aClaim(underTest());
    const later = { ...claim, run: `${claim.model}-r2` };
    setNow('2030-01-01T00:00:00Z');
    await registry.claimTraining(claim);
    await registry.keepTraining(claim, kept);
    await registry.releaseTraining(claim);
    const madeAt = '2030-01-01T00:00:00.000Z';
    expect(await registry.claimTraining(later)).toEqual({ state: 'kept', run: claim.run, madeAt, kept });
    expect(await registry.claimTraining({ ...later, notBefore: madeAt })).toMatchObject({ state: 'kept' });
    const old = { ...later, notBefore: '2030-01-01T00:00:00.001Z' };
    expect(await registry.claimTraining(old)).toEqual({ state: 'claimed', expired: madeAt });
    await registry.keepTraining(later, kept);
    expect(await registry.claimTraining({ ...claim, anew: true })).toEqual({ state: 'claimed', expired: null });
  });

  it('tells what a stage was made of the last time', async () => {
    const { registry, setNow } = underTest();
    const first = await aClaim(underTest());
    const { model } = first;
    expect(await registry.lastIngredients(model, 'boosted')).toBeNull();
    setNow('2030-01-01T00:00:00Z');
    await registry.claimTraining(first);
    expect(await registry.lastIngredients(model, 'boosted')).toBeNull();
    await registry.keepTraining(first, kept);
    setNow('2030-01-02T00:00:00Z');
    const second = await aClaim(underTest(), { model, run: `${model}-r2`, ingredients: { seed: '2', zeta: 'a' } });
    await registry.claimTraining(second);
    await registry.keepTraining(second, kept);
    expect(await registry.lastIngredients(model, 'boosted')).toEqual({
      run: second.run,
      ingredients: second.ingredients,
    });
    expect(await registry.lastIngredients(model, 'linear')).toBeNull();
  });

  it('keeps with a version what it was trained from', async () => {
    const { registry } = underTest();
    const model = await freshModel(registry);
    const { run } = await openRun(registry, model);
    const record: TrainingRecord = {
      ...{ stage: 'boosted', base: '/models', codeKey: null, crossValidation: null, checkpointEvery: 0 },
      device: 'cpu',
      snapshot: { id: 's', key: 'k', rows: { train: 1, validation: 1, holdout: 1 } },
      columns: { label: 'y', time: 'at', id: 'id' },
      trainer: 'xgboost',
      ...{ compute: null, timeout: '1h', code: 'c', environmentLock: 'e', hardware: 'x64' },
      trainedBy: run,
    };
    await registry.addVersion({ ...newVersion(model, run, 'boosted'), record });
    expect((await registry.version(model, 1)).record).toEqual(record);
  });
}
