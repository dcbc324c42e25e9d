import { describe, expect, it } from 'vitest';
import type { MachineStanding } from '../../../src/api/wire.ts';
import { renderMachines } from '../../../src/cli/output/machines.ts';
import { widthOf } from '../../../src/cli/output/style.ts';

const asked = { color: false, width: 140, now: '2030-01-01T03:00:00.000Z', all: false, run: null };

function aMachine(machine: string, change: Partial<MachineStanding> = {}): MachineStanding {
  return {
    ...{ machine, model: 'delays', run: 'delays-r3', attempt: 'boosted-t3-2', token: 'token' },
    offer: {
      ...{ type: 'g6.xlarge', region: 'eu-west-1', zone: 'eu-west-1b', market: 'spot' },
      ...{ usdPerHour: 0.4, vcpus: 4, gpus: 1 },
    },
    ...{ launchedAt: '2030-01-01T01:00:00.000Z', deadline: '2030-01-01T05:00:00.000Z' },
    ...{
      runningAt: null,
      terminatedAt: null,
      end: null,
      billedSeconds: null,
      usd: null,
      wastedSeconds: null,
      stuck: null,
    },
    soFar: { seconds: 7_200, usd: 0.8 },
    ...change,
  };
}

const lost = aMachine('i-0b', {
  ...{ terminatedAt: '2030-01-01T01:10:00.000Z', end: 'interrupted', billedSeconds: 600, usd: 0.0667 },
  ...{ wastedSeconds: 90, soFar: { seconds: 600, usd: 0.0667 } },
});

describe('renderMachines', () => {
  it('shows what lives with its price, its cost and its deadline', () => {
    expect(renderMachines([aMachine('i-0a')], asked)).toMatchInlineSnapshot(`
      "1 machine rented: $0.4000 an hour, $0.8000 so far
      machine  offer                      model   run        attempt       since             an hour   so far  deadline
      i-0a     g6.xlarge/eu-west-1b/spot  delays  delays-r3  boosted-t3-2  2030-01-01 01:00  $0.4000  $0.8000  in 2h00m"
    `);
  });

  it('shows how the others ended and what that has cost', () => {
    expect(renderMachines([aMachine('i-0a'), lost], { ...asked, all: true })).toMatchInlineSnapshot(`
      "1 machine rented: $0.4000 an hour, $0.8000 so far
      machine  offer                      model   run        attempt       since             an hour   so far  deadline
      i-0a     g6.xlarge/eu-west-1b/spot  delays  delays-r3  boosted-t3-2  2030-01-01 01:00  $0.4000  $0.8000  in 2h00m

      1 machine ended: $0.0667; 1m30s of work were lost
      machine  offer                      model   run        attempt       since             end            billed     cost  wasted
      i-0b     g6.xlarge/eu-west-1b/spot  delays  delays-r3  boosted-t3-2  2030-01-01 01:00  ✖ interrupted  10m00s  $0.0667   1m30s"
    `);
  });

  it('marks a machine that has outlived its deadline', () => {
    const late = renderMachines([aMachine('i-0a')], { ...asked, now: '2030-01-01T05:03:00.000Z' });
    expect(late).toContain('✖ 3m00s ago');
  });

  it('says loudly which machine cannot be ended, why, and what a person can do', () => {
    const stuck = {
      since: '2030-01-01T02:48:00.000Z',
      why: 'EC2 refused to terminate machine i-0a: UnauthorizedOperation',
    };
    expect(renderMachines([aMachine('i-0a', { stuck })], asked)).toContain(
      `\n✖ i-0a cannot be ended since 2030-01-01 02:48 (12m00s): ${stuck.why}\n  by hand: aws ec2 terminate-instances --region eu-west-1 --instance-ids i-0a`,
    );
  });

  it('says that nothing is rented, and how to see what was', () => {
    expect(renderMachines([], asked)).toBe('No machine is rented. Those that have ended: perennial machines --all');
    expect(renderMachines([], { ...asked, run: 'delays-r3', all: true })).toBe('No machine is rented for delays-r3.');
  });

  it('fits 80 columns', () => {
    const text = renderMachines([aMachine('i-0123456789abcdef0'), lost], { ...asked, all: true, width: 80 });
    expect(Math.max(...text.split('\n').map(widthOf))).toBeLessThanOrEqual(80);
  });
});
