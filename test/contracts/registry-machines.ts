import { beforeEach, describe, expect, it } from 'vitest';
import type { MachineBooks } from '../../src/compute/ledger.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { freshName, type RegistryUnderTest } from './registry-fixtures.ts';

export function describeMachines(underTest: () => RegistryUnderTest): void {
  describe('machines', () => describeBooks(underTest));
  describe('leases of money and quota', () => describeLeases(underTest));
  describe('pools that are left alone', () => describePools(underTest));
}

type Opened = Parameters<MachineBooks['openMachine']>[0];

const offer: Opened['offer'] = {
  ...{ type: 'g4dn.xlarge', region: 'eu-west-1', zone: 'eu-west-1b', market: 'spot', usdPerHour: 0.36 },
  ...{ vcpus: 4, gpus: 1 },
};

function aMachine(machine: string, change: Partial<Opened> = {}): Opened {
  return {
    ...{ machine, model: 'delays', run: `${machine}-r1`, attempt: 'boosted-1', token: `token-${machine}`, offer },
    ...{ launchedAt: '2030-01-01T00:00:00.000Z', deadline: '2030-01-01T04:00:00.000Z' },
    ...change,
  };
}

function describeBooks(underTest: () => RegistryUnderTest): void {
  const living = {
    ...{ runningAt: null, terminatedAt: null, end: null, billedSeconds: null, usd: null, wastedSeconds: null },
    stuck: null,
  };

  it('books a machine once, also of a model and a run that it does not know', async () => {
    const { registry } = underTest();
    const machine = freshName();
    await registry.openMachine(aMachine(machine));
    await registry.openMachine(aMachine(machine, { attempt: 'boosted-2' }));
    expect(await registry.machines({ run: `${machine}-r1` })).toEqual([{ ...aMachine(machine), ...living }]);
  });

  it('bills what a machine lived, by its price', async () => {
    const { registry } = underTest();
    const machine = freshName();
    await registry.openMachine(aMachine(machine));
    const terminatedAt = '2030-01-01T00:30:00.000Z';
    await registry.closeMachine({ machine, terminatedAt, end: 'interrupted', wastedSeconds: 42.5 });
    const [booked] = await registry.machines({ run: `${machine}-r1` });
    expect(booked).toMatchObject({ terminatedAt, end: 'interrupted', billedSeconds: 1_800, wastedSeconds: 42.5 });
    expect(booked?.usd).toBeCloseTo(0.18, 12);
  });

  it('bills a minute at least', async () => {
    const { registry } = underTest();
    const machine = freshName();
    await registry.openMachine(aMachine(machine));
    const terminatedAt = '2030-01-01T00:00:07.000Z';
    await registry.closeMachine({ machine, terminatedAt, end: 'never-started', wastedSeconds: 7 });
    expect(await registry.machines({ run: `${machine}-r1` })).toMatchObject([
      { billedSeconds: 60, usd: expect.closeTo(0.006, 12) },
    ]);
  });

  it('bills from when a machine was seen running; the first who saw it stands', async () => {
    const { registry } = underTest();
    const machine = freshName();
    await registry.openMachine(aMachine(machine));
    await registry.startMachine({ machine, runningAt: '2030-01-01T00:00:20.000Z' });
    await registry.startMachine({ machine, runningAt: '2030-01-01T00:00:40.000Z' });
    await registry.closeMachine({
      ...{ machine, terminatedAt: '2030-01-01T00:02:00.000Z', end: 'finished', wastedSeconds: 0 },
    });
    const [booked] = await registry.machines({ run: `${machine}-r1` });
    expect(booked).toMatchObject({ runningAt: '2030-01-01T00:00:20.000Z', billedSeconds: 100 });
    expect(booked?.usd).toBeCloseTo(0.01, 12);
  });

  it('bills anew when the start of a machine is told after its end, and knows no start of a stranger', async () => {
    const { registry } = underTest();
    const machine = freshName();
    await registry.openMachine(aMachine(machine));
    const terminatedAt = '2030-01-01T00:02:00.000Z';
    await registry.closeMachine({ machine, terminatedAt, end: 'finished', wastedSeconds: 0 });
    expect(await registry.machines({ run: `${machine}-r1` })).toMatchObject([{ billedSeconds: 120 }]);
    await registry.startMachine({ machine, runningAt: '2030-01-01T00:00:20.000Z' });
    expect(await registry.machines({ run: `${machine}-r1` })).toMatchObject([{ billedSeconds: 100 }]);
    await registry.startMachine({ machine: freshName(), runningAt: terminatedAt });
  });

  it('notes once that a machine cannot be ended, keeps the latest reason, and forgets it with the end', async () => {
    const { registry } = underTest();
    const machine = freshName();
    await registry.openMachine(aMachine(machine));
    const since = '2030-01-01T00:05:00.000Z';
    const news = await registry.noteStuck({ machine, since, why: 'InternalError' });
    expect(news).toMatchObject({ machine, model: 'delays', stuck: { since, why: 'InternalError' } });
    const later = { machine, since: '2030-01-01T00:06:00.000Z', why: 'UnauthorizedOperation' };
    expect(await registry.noteStuck(later)).toBeNull();
    const booked = async () => (await registry.machines({ run: `${machine}-r1` }))[0]?.stuck;
    expect(await booked()).toEqual({ since, why: 'UnauthorizedOperation' });
    await registry.closeMachine({ machine, terminatedAt: later.since, end: 'reaped', wastedSeconds: 0 });
    expect(await booked()).toBeNull();
    expect(await registry.noteStuck(later)).toBeNull();
    expect(await registry.noteStuck({ ...later, machine: freshName() })).toBeNull();
  });

  it('keeps the first end, also when many tell of it at once, and a late booking does not undo it', async () => {
    const { registry } = underTest();
    const machine = freshName();
    await registry.openMachine(aMachine(machine));
    const at = (minute: number) => `2030-01-01T00:${minute}:00.000Z`;
    await registry.closeMachine({ machine, terminatedAt: at(10), end: 'finished', wastedSeconds: 0 });
    const later = Array.from({ length: 10 }, (_, index) =>
      registry.closeMachine({ machine, terminatedAt: at(20 + index), end: 'reaped', wastedSeconds: 9 }),
    );
    await Promise.all([...later, registry.openMachine(aMachine(machine))]);
    const ended = { terminatedAt: at(10), end: 'finished', billedSeconds: 600, wastedSeconds: 0 };
    expect(await registry.machines({ run: `${machine}-r1` })).toMatchObject([ended]);
  });

  it('says which machine was never booked', async () => {
    const { registry } = underTest();
    const end = {
      machine: 'i-nowhere',
      terminatedAt: '2030-01-01T00:00:00Z',
      end: 'reaped',
      wastedSeconds: 0,
    } as const;
    const unknown = { code: 'PRN-REGISTRY-007', message: expect.stringContaining('"i-nowhere"') };
    await expect(registry.closeMachine(end)).rejects.toMatchObject(unknown);
  });

  it('lists the newest first, those of one run, those that live, and no more than are wanted', async () => {
    const { registry } = underTest();
    const run = `${freshName()}-r1`;
    const names = [1, 2, 3].map((number) => `${run}-${number}`);
    for (const [index, machine] of names.entries()) {
      await registry.openMachine(aMachine(machine, { run, launchedAt: `2030-01-0${index + 1}T00:00:00.000Z` }));
    }
    const [first = '', second = '', third = ''] = names;
    await registry.closeMachine({
      ...{ machine: second, terminatedAt: '2030-01-03T00:00:00.000Z', end: 'finished', wastedSeconds: 0 },
    });
    const listed = async (filter: Parameters<Registry['machines']>[0]) =>
      (await registry.machines(filter)).map(({ machine }) => machine);
    expect(await listed({ run })).toEqual([third, second, first]);
    expect(await listed({ run, living: true })).toEqual([third, first]);
    expect(await listed({ run, limit: 2 })).toEqual([third, second]);
    expect(await listed({ machine: second })).toEqual([second]);
    const everywhere = await listed({});
    expect(everywhere).toEqual(expect.arrayContaining(names));
    expect(await listed({ living: true })).not.toContain(second);
  });
}

function describeLeases(underTest: () => RegistryUnderTest): void {
  const limits = { usd: 10, vcpus: 16 };
  const aLease = (lease: string, usd: number, vcpus: number) => ({ lease, run: 'delays-r1', usd, vcpus });

  beforeEach(async () => {
    const { registry } = underTest();
    for (const { lease } of await registry.openLeases()) await registry.releaseLease(lease);
  });

  it('refuses what would pass a limit, and says what is held', async () => {
    const { registry } = underTest();
    const [a, b, c] = [freshName(), freshName(), freshName()];
    expect(await registry.takeLease(aLease(a, 6, 4), limits)).toEqual({ granted: true });
    expect(await registry.takeLease(aLease(b, 4.5, 4), limits)).toEqual({
      granted: false,
      why: '4.50 USD more would pass the limit of 10.00 USD: 6.00 USD are held by 1 open lease',
    });
    expect(await registry.takeLease(aLease(c, 1, 13), limits)).toEqual({
      granted: false,
      why: '13 vCPUs more would pass the limit of 16: 4 are held by 1 open lease',
    });
    expect(await registry.takeLease(aLease(b, 4, 12), limits)).toEqual({ granted: true });
    const taken = { run: 'delays-r1', takenAt: expect.any(String) };
    const open = [
      { ...aLease(a, 6, 4), ...taken },
      { ...aLease(b, 4, 12), ...taken },
    ];
    expect(new Set(await registry.openLeases())).toEqual(new Set(open));
  });

  it('is not bound by a limit of null, and fills a limit to the cent', async () => {
    const { registry } = underTest();
    expect(await registry.takeLease(aLease(freshName(), 1e6, 4), { usd: null, vcpus: 16 })).toEqual({ granted: true });
    expect(await registry.takeLease(aLease(freshName(), 1e6, 96), { usd: null, vcpus: 16 })).toMatchObject({
      granted: false,
    });
    for (const { lease } of await registry.openLeases()) await registry.releaseLease(lease);
    for (let part = 1; part <= 3; part += 1) {
      const answer = await registry.takeLease(aLease(freshName(), 0.1, 4), { usd: 0.3, vcpus: null });
      expect(answer).toEqual({ granted: true });
    }
  });

  it('grants the same lease again without counting it twice, and room is there again after its release', async () => {
    const { registry } = underTest();
    const [name, next] = [freshName(), freshName()];
    const all = aLease(name, 10, 16);
    const answers = await Promise.all(Array.from({ length: 10 }, () => registry.takeLease(all, limits)));
    expect(answers.every(({ granted }) => granted)).toBe(true);
    expect(await registry.openLeases()).toHaveLength(1);
    expect(await registry.takeLease(aLease(next, 0.01, 1), limits)).toMatchObject({ granted: false });
    await registry.releaseLease(name);
    await registry.releaseLease(name);
    expect(await registry.takeLease(aLease(next, 10, 16), limits)).toEqual({ granted: true });
  });

  it('counts a lease that is taken again after its release, at what it asks for now', async () => {
    const { registry } = underTest();
    const [again, other] = [freshName(), freshName()];
    await registry.takeLease(aLease(again, 6, 4), limits);
    await registry.releaseLease(again);
    expect(await registry.takeLease(aLease(other, 5, 4), limits)).toEqual({ granted: true });
    expect(await registry.takeLease(aLease(again, 6, 4), limits)).toMatchObject({ granted: false });
    expect(await registry.takeLease(aLease(again, 5, 8), limits)).toEqual({ granted: true });
    const open = await registry.openLeases();
    expect(open).toHaveLength(2);
    expect(open.find(({ lease }) => lease === again)).toMatchObject({ usd: 5, vcpus: 8 });
  });

  it('refuses a straggler that takes what was given back before', async () => {
    const { registry } = underTest();
    const lease = freshName();
    await registry.releaseLease(lease);
    const why = `the lease ${lease} was given back before it was taken`;
    expect(await registry.takeLease(aLease(lease, 1, 1), limits)).toEqual({ granted: false, why });
    expect(await registry.openLeases()).toEqual([]);
  });

  it.each([
    ['dollars', { usd: 10, vcpus: null }, 10],
    ['vCPUs', { usd: null, vcpus: 16 }, 8],
  ])('never passes a limit of %s when 50 race for it', async (_, limit, fit) => {
    const { registry } = underTest();
    const racing = Array.from({ length: 50 }, () => registry.takeLease(aLease(freshName(), 1, 2), limit));
    const answers = await Promise.all(racing);
    expect(answers.filter(({ granted }) => granted)).toHaveLength(fit);
    expect(await registry.openLeases()).toHaveLength(fit);
  });

  it.each([
    ['a negative price', -1, 2],
    ['an unknown price', Number.NaN, 2],
    ['half a vCPU', 1, 0.5],
  ])('refuses %s', async (_, usd, vcpus) => {
    const taking = underTest().registry.takeLease(aLease(freshName(), usd, vcpus), limits);
    await expect(taking).rejects.toMatchObject({ code: 'PRN-REGISTRY-005' });
  });
}

function describePools(underTest: () => RegistryUnderTest): void {
  it('leaves a pool alone until its ban is over; the longest ban counts', async () => {
    const { registry } = underTest();
    const pool = `${freshName()}/eu-west-1b/spot`;
    const until = '2030-01-01T00:03:00.000Z';
    await registry.avoidPool(pool, until, 'InsufficientInstanceCapacity');
    await registry.avoidPool(pool, '2030-01-01T00:01:00.000Z', 'interrupted');
    const whyAt = async (now: string) => (await registry.avoidedPools(now)).get(pool);
    expect(await whyAt('2030-01-01T00:02:59.999Z')).toBe('InsufficientInstanceCapacity');
    expect(await whyAt(until)).toBeUndefined();
    await registry.avoidPool(pool, '2030-01-01T00:05:00.000Z', 'interrupted');
    expect(await whyAt('2030-01-01T00:04:00.000Z')).toBe('interrupted');
  });
}
