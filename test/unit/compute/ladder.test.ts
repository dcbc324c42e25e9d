import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterLoss,
  afterRefusal,
  avoidMilliseconds,
  chooseOffer,
  freshLadder,
  type Ladder,
  type LadderRules,
  type Refused,
} from '../../../src/compute/ladder.ts';
import type { RefusalClass } from '../../../src/compute/machines.ts';
import { type Market, type Offer, poolOf } from '../../../src/compute/offer.ts';

const offer = (zone: string, market: Market, usdPerHour = 1): Offer => ({
  type: 'g6.xlarge',
  region: 'us-east-1',
  zone,
  market,
  usdPerHour,
  vcpus: 4,
  gpus: 1,
});
const spotA = offer('a', 'spot', 0.2);
const spotB = offer('b', 'spot', 0.3);
const sureA = offer('a', 'on-demand');
const sureB = offer('b', 'on-demand');
const offers = [spotA, spotB, sureA, sureB];
const rules: LadderRules = { spot: true, onDemandAfter: { misses: 10, minutes: 10 } };
const refusal = (refusedAs: RefusalClass, code = 'X'): Refused => ({
  kind: 'refused',
  class: refusedAs,
  code,
  message: 'no',
  milliseconds: 3,
});

/** The offer that is chosen, or how long to wait. */
const choice = (ladder: Ladder, given = rules, minutes = 0, among: readonly Offer[] = offers) => {
  const chosen = chooseOffer(among, ladder, given, minutes);
  return chosen.kind === 'launch' ? poolOf(chosen.offer) : chosen.milliseconds;
};
const refuse = (ladder: Ladder, refused: Offer, as: RefusalClass) => {
  const after = afterRefusal(ladder, refused, refusal(as));
  if (after.kind === 'fail') throw new Error(after.message);
  return after.ladder;
};

describe('choosing', () => {
  it('climbs from the cheapest spot pool over all spot pools to on-demand', () => {
    let ladder = freshLadder;
    const climbed = offers.map((rung) => {
      const pool = choice(ladder);
      ladder = refuse(ladder, rung, 'capacity');
      return pool;
    });
    expect(climbed).toEqual(offers.map(poolOf));
    expect(choice(ladder)).toBe(30_000);
  });

  it('begins a new round after a wait, and waits longer each time, up to five minutes', () => {
    const waits: number[] = [];
    let ladder: Ladder = freshLadder;
    for (let round = 0; round < 6; round++) {
      const chosen = chooseOffer([], ladder, rules, 0);
      if (chosen.kind !== 'wait') throw new Error('there is nothing to launch');
      waits.push(chosen.milliseconds / 1_000);
      ladder = chosen.ladder;
    }
    expect(waits).toEqual([30, 60, 120, 240, 300, 300]);
    expect(choice({ ...ladder, tried: [] })).toBe(poolOf(spotA));
  });

  it('goes to on-demand after so many misses of spot pools', () => {
    const once = refuse(freshLadder, spotA, 'capacity');
    expect(choice(once, { ...rules, onDemandAfter: { misses: 1, minutes: 10 } })).toBe(poolOf(sureA));
    expect(choice(once, { ...rules, onDemandAfter: { misses: 2, minutes: 10 } })).toBe(poolOf(spotB));
  });

  it('goes to on-demand after so many minutes', () => {
    expect(choice(freshLadder, rules, 9.9)).toBe(poolOf(spotA));
    expect(choice(freshLadder, rules, 10)).toBe(poolOf(sureA));
  });

  it('goes to on-demand after two interruptions', () => {
    const three = [spotA, spotB, offer('c', 'spot', 0.4), sureA];
    const once = afterLoss(freshLadder, spotA, 'interrupted');
    expect(choice(once, rules, 0, three)).toBe(poolOf(spotB));
    expect(choice(afterLoss(once, spotB, 'crashed'), rules, 0, three)).toBe('g6.xlarge/c/spot');
    expect(choice(afterLoss(once, spotB, 'interrupted'), rules, 0, three)).toBe(poolOf(sureA));
  });

  it('never takes spot when the plan rules it out', () => {
    expect(choice(freshLadder, { ...rules, spot: false })).toBe(poolOf(sureA));
  });

  it('stays with spot where nothing else is to be had', () => {
    expect(choice(freshLadder, rules, 60, [spotA])).toBe(poolOf(spotA));
  });
});

describe('a refusal', () => {
  it('for capacity leaves the pool alone for three minutes, for everybody', () => {
    const after = afterRefusal(freshLadder, spotA, refusal('capacity'));
    expect(after).toMatchObject({ kind: 'next-offer', avoidMilliseconds, ladder: { misses: 1 } });
    expect(avoidMilliseconds).toBe(180_000);
  });

  it('of an on-demand pool is no miss of spot', () => {
    expect(refuse(freshLadder, sureA, 'capacity').misses).toBe(0);
  });

  it('for a quota that binds every offer waits and begins with the first one again', () => {
    const ladder = refuse(freshLadder, spotA, 'capacity');
    const after = afterRefusal(ladder, spotB, refusal('quota', 'ResourceLimitExceeded'));
    expect(after).toMatchObject({ kind: 'wait', milliseconds: 60_000, ladder: { tried: [], waits: 1 } });
  });

  it('for the vCPUs of a family passes over what counts against them, and goes on with the other market', () => {
    const after = afterRefusal(freshLadder, spotA, refusal('quota', 'VcpuLimitExceeded'));
    if (after.kind !== 'next-offer') expect.fail('nothing is to be waited for');
    expect(after.avoidMilliseconds).toBe(0);
    expect(choice(after.ladder)).toBe(poolOf(sureA));
    const other = { ...spotB, type: 'p3.2xlarge' };
    expect(choice(after.ladder, rules, 0, [spotA, spotB, other, sureA])).toBe(poolOf(other));
  });

  it('waits where nothing is left, says for which quotas, and begins anew', () => {
    const quota = (ladder: Ladder, refused: Offer) => {
      const after = afterRefusal(ladder, refused, refusal('quota', 'VcpuLimitExceeded'));
      return after.kind === 'next-offer' ? after.ladder : expect.fail(after.kind);
    };
    const chosen = chooseOffer(offers, quota(quota(freshLadder, spotA), sureA), rules, 0);
    if (chosen.kind !== 'wait') expect.fail('there is nothing to launch');
    expect(chosen.milliseconds).toBe(60_000);
    expect(chosen.why).toMatch(/^used up the AWS quota of G and VT, spot; G and VT, on-demand: end other machines/);
    expect(choice(chosen.ladder)).toBe(poolOf(spotA));
  });

  it('stays with spot while the quota on demand is used up', () => {
    const after = afterRefusal(freshLadder, sureA, refusal('quota', 'VcpuLimitExceeded'));
    if (after.kind !== 'next-offer') expect.fail('nothing is to be waited for');
    expect(choice(after.ladder, rules, 60)).toBe(poolOf(spotA));
  });

  it('for throttling waits shortly and tries the same offer again', () => {
    const ladder = refuse(freshLadder, spotA, 'capacity');
    const after = afterRefusal(ladder, spotB, refusal('throttle'));
    expect(after).toMatchObject({ kind: 'wait', milliseconds: 2_000 });
    expect(after.kind === 'wait' && choice(after.ladder)).toBe(poolOf(spotB));
  });

  it('of a spent token goes on with the next attempt', () => {
    expect(afterRefusal(freshLadder, spotA, refusal('spent-token'))).toEqual({
      kind: 'next-attempt',
      ladder: freshLadder,
    });
  });

  it.each([
    ['config', 'InvalidAMIID.NotFound', 'PRN-COMPUTE-006', 'PERENNIAL_EC2_AMI'],
    ['config', 'InvalidSubnetID.NotFound', 'PRN-COMPUTE-006', 'PERENNIAL_EC2_SUBNETS'],
    ['config', 'InvalidGroup.NotFound', 'PRN-COMPUTE-006', 'PERENNIAL_EC2_SECURITY_GROUP'],
    ['config', 'InvalidIamInstanceProfileArn.Malformed', 'PRN-COMPUTE-006', 'PERENNIAL_EC2_INSTANCE_PROFILE'],
    ['auth', 'UnauthorizedOperation', 'PRN-COMPUTE-007', 'ec2:RunInstances'],
    ['auth', 'ExpiredToken', 'PRN-COMPUTE-007', 'AWS credentials'],
  ] as const)('for %s (%s) ends the search and names the setting', (refusedAs, code, expected, setting) => {
    const after = afterRefusal(freshLadder, spotA, refusal(refusedAs, code));
    expect(after).toMatchObject({ kind: 'fail', code: expected, message: expect.stringContaining(setting) });
  });
});

describe('a loss', () => {
  it('begins a new count of misses and waits, and leaves the pool alone', () => {
    const ladder = afterLoss({ ...freshLadder, misses: 4, waits: 3 }, spotA, 'crashed');
    expect(ladder).toEqual({ tried: [poolOf(spotA)], misses: 0, interruptions: 0, waits: 0, spent: [] });
  });
});

it('whatever a cloud answers, a pool without capacity is not asked twice in a round, and every wait is bounded', () => {
  const classes: readonly RefusalClass[] = ['capacity', 'quota', 'throttle', 'spent-token'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...classes), { maxLength: 60 }), (script) => {
      let ladder = freshLadder;
      let refused = new Set<string>();
      for (const answer of script) {
        const chosen = chooseOffer(offers, ladder, rules, 0);
        if (chosen.kind === 'wait') {
          expect(chosen.milliseconds).toBeLessThanOrEqual(300_000);
          ladder = chosen.ladder;
          refused = new Set();
          continue;
        }
        expect(refused).not.toContain(poolOf(chosen.offer));
        const after = afterRefusal(ladder, chosen.offer, refusal(answer));
        if (after.kind === 'fail') throw new Error('none of these classes fails');
        if (after.kind === 'wait') expect(after.milliseconds).toBeLessThanOrEqual(600_000);
        if (answer === 'quota') refused = new Set();
        if (answer === 'capacity') refused.add(poolOf(chosen.offer));
        ladder = after.ladder;
      }
    }),
  );
});
