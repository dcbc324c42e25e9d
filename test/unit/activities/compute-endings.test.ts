import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { createComputeActivities } from '../../../activities/compute.ts';
import type { ComputeWorld, StuckMachine } from '../../../activities/compute-access.ts';
import type { MachineBooks, MachineRecord } from '../../../src/compute/ledger.ts';
import type { MachineCloud, MachineSighting } from '../../../src/compute/machines.ts';

const startedAt = Date.parse('2030-01-01T00:00:00.000Z');
const sighting: MachineSighting = {
  ...{
    machine: 'i-1',
    arn: 'arn:aws:ec2:us-east-1:1:instance/i-1',
    type: 'a.large',
    zone: 'us-east-1a',
    market: 'spot',
    model: 'delays',
    run: 'delays-r1',
  },
  ...{ attempt: 'boosted-1', token: 'token', state: 'running', reason: null, endedAt: null },
  ...{ launchedAt: '2029-12-31T23:00:00.000Z', deadline: '2030-01-01T03:00:00.000Z' },
};
const offer = {
  ...{ type: 'a.large', region: 'us-east-1', zone: 'us-east-1a', market: 'spot', usdPerHour: 1, vcpus: 2, gpus: 0 },
} as const;

/** A cloud that answers what it is told, in order, the last for ever; and a clock that goes on by a second with each look at it. */
function world(seen: readonly Partial<MachineSighting>[], terminate: () => void = () => undefined) {
  const [closed, alerts]: [Parameters<MachineBooks['closeMachine']>[0][], StuckMachine[]] = [[], []];
  let [looks, clock, stuck] = [0, startedAt, false];
  const cloud: Partial<MachineCloud> = {
    see: async () => ({ ...sighting, ...seen[Math.min(looks++, seen.length - 1)] }),
    terminate: async () => terminate(),
  };
  const books: Partial<MachineBooks> = {
    closeMachine: async (end) => void closed.push(end),
    releaseLease: async () => undefined,
    noteStuck: async ({ machine, since, why }) => {
      const news = !stuck;
      stuck = true;
      return news ? ({ ...sighting, machine, offer, stuck: { since, why } } as unknown as MachineRecord) : null;
    },
  };
  const access = { cloud, region: 'us-east-1', zones: [], types: [], graceMs: 60_000, alertAfterMs: 300_000 };
  const activities = createComputeActivities({
    access: { ...access, limits: { usd: null, vcpus: null } } as unknown as ComputeWorld['access'],
    books: books as MachineBooks,
    runClosedAt: async () => null,
    alert: async (alert) => void alerts.push(alert),
    now: () => {
      clock += 1_000;
      return new Date(clock);
    },
  });
  const request = { machine: 'i-1', token: 'token', pool: 'pool', end: 'finished', lostSince: null } as const;
  const end = async (secondsAfterOrder: number) => {
    const environment = new MockActivityEnvironment({ scheduledTimestampMs: startedAt - secondsAfterOrder * 1_000 });
    return await environment.run(activities.endMachine, request);
  };
  return { end, closed, alerts };
}

describe('the end of a machine', () => {
  it('is booked between the last look that saw it run and the answer to the call that ended it', async () => {
    const { end, closed } = world([{ state: 'running' }, { state: 'shutting-down' }, { state: 'terminated' }]);
    await end(0);
    const [{ terminatedAt = '' } = {}] = closed;
    expect(Date.parse(terminatedAt)).toBeGreaterThan(startedAt + 1_000);
    expect(Date.parse(terminatedAt)).toBeLessThan(startedAt + 5_000);
  });

  it('is what the cloud says where nobody looked in time', async () => {
    const endedAt = '2029-12-31T23:50:00.000Z';
    const { end, closed } = world([{ state: 'terminated', endedAt, reason: 'Server.SpotInstanceTermination' }]);
    await end(0);
    expect(closed).toMatchObject([{ terminatedAt: '2029-12-31T23:50:00.500Z' }]);
  });

  it('is when it was first seen, where the cloud says nothing either', async () => {
    const { end, closed } = world([{ state: 'terminated', reason: 'Client.InstanceInitiatedShutdown' }]);
    await end(0);
    expect(Date.parse(closed[0]?.terminatedAt ?? '')).toBeGreaterThan(startedAt);
  });
});

describe('a machine that cannot be ended', () => {
  const refuse = () => {
    throw new Error('EC2 refused: UnauthorizedOperation');
  };

  it('is tried again, whatever the reason, and nobody is bothered at once', async () => {
    const { end, alerts } = world([{ state: 'running' }], refuse);
    const failure = { type: 'PRN-COMPUTE-025', nonRetryable: false, message: expect.stringContaining('Unauthorized') };
    await expect(end(0)).rejects.toMatchObject(failure);
    expect(alerts).toEqual([]);
  });

  it('is told of once, after a while, with the command that ends it', async () => {
    const { end, alerts } = world([{ state: 'running' }], refuse);
    await expect(end(301)).rejects.toThrow();
    await expect(end(330)).rejects.toThrow();
    const text = expect.stringMatching(/UnauthorizedOperation.*aws ec2 terminate-instances .*--instance-ids i-1$/);
    expect(alerts).toEqual([{ machine: 'i-1', model: 'delays', run: 'delays-r1', text }]);
  });

  it('is told of when it shuts down for ever', async () => {
    const { end, alerts } = world([{ state: 'shutting-down' }]);
    await expect(end(301)).rejects.toThrow('it is still shutting-down');
    expect(alerts).toHaveLength(1);
  });
});
