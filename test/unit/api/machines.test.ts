import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveModel } from '../../contracts/registry-fixtures.ts';
import { type Servers, startServers } from './servers.ts';

let servers: Servers;
beforeAll(async () => {
  servers = await startServers();
});
afterAll(async () => await servers.stop());

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

async function rent(machine: string, run: string, launchedAt: string): Promise<void> {
  await servers.registry.openMachine({
    ...{ machine, model: 'delays', run, attempt: 'boosted-1', token: machine, launchedAt, deadline: hoursAgo(-1) },
    offer: {
      ...{ type: 'm7i.large', region: 'eu-west-1', zone: 'eu-west-1b', market: 'on-demand' },
      ...{ usdPerHour: 0.5, vcpus: 2, gpus: 0 },
    },
  });
}

describe('machines', () => {
  beforeAll(async () => {
    await rent('i-old', 'delays-r1', hoursAgo(10));
    await rent('i-new', 'delays-r2', hoursAgo(2));
    const terminatedAt = hoursAgo(6);
    await servers.registry.closeMachine({ machine: 'i-old', terminatedAt, end: 'interrupted', wastedSeconds: 60 });
  });

  it('are listed newest first, with what they have cost by now', async () => {
    const [living, ended, ...rest] = await servers.as('viewer').machines();
    expect(rest).toEqual([]);
    expect(living).toMatchObject({ machine: 'i-new', end: null, usd: null });
    expect(living?.soFar.seconds).toBeGreaterThanOrEqual(7_200);
    expect(living?.soFar.usd).toBeCloseTo(1, 1);
    expect(ended).toMatchObject({ machine: 'i-old', end: 'interrupted', wastedSeconds: 60 });
    expect(ended?.soFar).toEqual({ seconds: ended?.billedSeconds, usd: ended?.usd });
  });

  it.each([
    [{ living: true }, ['i-new']],
    [{ run: 'delays-r1' }, ['i-old']],
    [{ run: 'delays-r1', living: true }, []],
    [{ limit: 1 }, ['i-new']],
  ])('can be asked for by %j', async (filter, expected) => {
    const machines = await servers.as('viewer').machines(filter);
    expect(machines.map(({ machine }) => machine)).toEqual(expected);
  });

  it('refuses a question that makes no sense', async () => {
    const asking = servers.as('viewer').machines({ limit: 0 });
    await expect(asking).rejects.toMatchObject({ code: 'PRN-API-003', details: { status: 400 } });
  });
});

describe('a rollback that is asked for twice', () => {
  it('goes back once when it says which revision of the route was seen', async () => {
    const { registry } = servers;
    const model = await liveModel(registry, 3);
    for (const version of [2, 3]) {
      const step = { model, version, rollout: `to-${version}`, by: { name: 'ana', via: 'cli' }, reason: 'up' } as const;
      await registry.setRollout({ ...step, phase: 'canary', weight: 0.5, leaseUntil: hoursAgo(-1) });
      await registry.promote(step);
    }
    const { rev: expectedRev } = await registry.route(model);
    const back = () => servers.as('operator').rollback(model, { reason: 'bad answers', expectedRev });
    expect(await back()).toMatchObject({ stable: 2 });
    await expect(back()).rejects.toMatchObject({ code: 'PRN-API-013', details: { status: 409 } });
    expect(await registry.route(model)).toMatchObject({ stable: 2 });
  });
});
