import { describe, expect, it } from 'vitest';
import { renderPlan } from '../../../src/cli/output/plan.ts';
import { stageCosts } from '../../../src/cli/plan-costs.ts';
import type { PastMachine } from '../../../src/compute/expectation.ts';
import type { MachineType } from '../../../src/compute/offer.ts';
import type { CompiledPlan } from '../../../src/plan/plan.ts';
import { readModelFile } from '../../../src/plan/read.ts';
import { aModelFile } from '../api/servers.ts';

const style = { color: false, width: 120, prices: { date: '2030-01-01', region: 'us-east-1' }, unasked: null };

describe('stageCosts', () => {
  it('multiplies the dearest rung that "maxUsd" allows by life and trials', () => {
    const [cost] = stageCosts(aPlan({ maxHours: 2, maxUsd: 4 }), catalogue);
    expect(cost?.offers.map(({ offer: { type, market }, usdAtMost }) => [type, market, usdAtMost])).toEqual([
      ['g4dn.xlarge', 'spot', 1],
      ['g6.xlarge', 'spot', 2],
      ['g4dn.xlarge', 'on-demand', 1],
      ['g6.xlarge', 'on-demand', 2],
    ]);
    expect(cost?.dearest).toMatchObject({ offer: { type: 'g6.xlarge', market: 'on-demand' }, usdAtMost: 2 });
    expect(cost).toMatchObject({ trainings: 10, parallel: 3, usd: { training: 2, atOnce: 6, inAll: 20, limit: 40 } });
  });

  it('counts the rungs that it does not show, and spot at the price on demand, on which the ladder may end', () => {
    const types = Array.from({ length: 8 }, (_, n) => machine(`t${n}.xlarge`, n + 1));
    const spotPrices = new Map([['t0.xlarge/us-east-1b/spot', 0.25]]);
    const [cost] = stageCosts(aPlan({ maxHours: 2, maxUsd: 14.5 }), { ...catalogue, types, spotPrices });
    expect(cost?.offers).toHaveLength(6);
    expect(cost?.offers[0]).toMatchObject({ offer: { zone: 'us-east-1b', usdPerHour: 0.25 }, usdAtMost: 2 });
    expect(cost?.dearest).toMatchObject({ offer: { type: 't6.xlarge', market: 'on-demand' }, usdAtMost: 14 });
  });

  it('expects what earlier trainings of the stage have taken, times the trials', () => {
    const plan = aPlan({ maxHours: 2, maxUsd: 4 });
    const past = [1, 2, 3].map((run) => pastMachine(`delays-r${run}`, 600 * run));
    const [cost] = stageCosts(plan, catalogue, past);
    expect(cost?.expected).toEqual({
      ...{ seconds: 1_200, usd: 0.2, trainings: 3, type: 'g6.xlarge' },
      inAll: { seconds: 4_800, usd: 2 },
    });
    expect(stageCosts(plan, catalogue, [{ ...pastMachine('r', 60), model: 'another' }])[0]?.expected).toBeNull();
  });

  it('counts a stage without a sweep as one training', () => {
    const [cost] = stageCosts(aPlan({ maxHours: 2, maxUsd: 40, spot: false }, null), catalogue);
    expect(cost).toMatchObject({ trainings: 1, parallel: 1, usd: { training: 10, atOnce: 10, inAll: 10, limit: 40 } });
  });

  it('never has more trainings at a time than there are', () => {
    const [cost] = stageCosts(aPlan({ maxHours: 1, maxUsd: 4 }, { trials: 2, parallel: 8 }), catalogue);
    expect(cost).toMatchObject({ trainings: 2, parallel: 2 });
  });

  it('tells why a stage could not run at all', () => {
    const [tooDear] = stageCosts(aPlan({ maxHours: 10, maxUsd: 1, spot: false }), catalogue);
    expect(tooDear).toMatchObject({
      offers: [],
      usd: { inAll: 0, limit: 0 },
      trouble: { message: expect.stringContaining('The cheapest machine that fits, g4dn.xlarge, can cost $0.5') },
    });
    const [impossible] = stageCosts(aPlan({ maxHours: 1, maxUsd: 9, gpu: 16 }), catalogue);
    expect(impossible).toMatchObject({ trouble: { message: expect.stringContaining('16 GPU') } });
  });

  it('has nothing to say of a plan that rents nothing', () => {
    expect(stageCosts(read(aModelFile().text), catalogue)).toEqual([]);
  });
});

describe('renderPlan', () => {
  it('shows the stages, the first offers, what they are likely to cost, and the most', () => {
    const plan = aPlan({ maxHours: 2, maxUsd: 4 });
    const past = [pastMachine('delays-r1', 720)];
    expect(renderPlan(plan, stageCosts(plan, catalogue, past), style)).toMatchInlineSnapshot(`
      "delays  5 stages
        stage     kind      needs
        snapshot  snapshot  –
        boosted   train     snapshot  xgboost, 10 trials, 3 at a time, on gpu
        evaluate  evaluate  boosted
        approve   approve   evaluate
        rollout   rollout   approve

      boosted on gpu: each training at most 2h00m and $4.00
        would try    market       an hour  for 2h00m
        g4dn.xlarge  spot       ≤ $0.5000    ≤ $1.00
        g6.xlarge    spot         ≤ $1.00    ≤ $2.00
        g4dn.xlarge  on-demand    $0.5000      $1.00
        g6.xlarge    on-demand      $1.00      $2.00
        expected    12m00s and $0.1200 each; 10 trainings, 3 at a time: 48m00s and $1.20; from 1 earlier training on g6.xlarge
        worst case  $20.00 for 10 trainings, $6.00 for 3 at once: each 2h00m on g6.xlarge on demand, where the ladder may end;
                    with lost machines never over $40.00

      Prices of us-east-1 as of 2030-01-01; spot (≤) is usually far cheaper than the price on demand."
    `);
  });

  it('shows spot prices of the day where they are known', () => {
    const plan = aPlan({ maxHours: 2, maxUsd: 4 }, null);
    const spotPrices = new Map([['g6.xlarge/us-east-1b/spot', 0.2]]);
    const text = renderPlan(plan, stageCosts(plan, { ...catalogue, spotPrices }), {
      ...style,
      unasked: 'Nobody knows.',
    });
    expect(text).toMatch(/g6\.xlarge +spot +~ \$0\.2000 +≤ \$2\.00/);
    expect(text).toContain('worst case  $2.00: 2h00m on g6.xlarge on demand, where the ladder may end;');
    expect(text).toMatch(/spot \(~\) moves by the hour[^\n]*\n\nNobody knows\.$/);
    expect(text).not.toContain('expected ');
  });

  it('shows what stands in the way', () => {
    const plan = aPlan({ maxHours: 10, maxUsd: 1, spot: false });
    expect(renderPlan(plan, stageCosts(plan, catalogue), style)).toContain('  ✖ The cheapest machine that fits');
  });
});

const pastMachine = (run: string, billedSeconds: number): PastMachine => ({
  ...{ model: 'delays', run, attempt: 'boosted-1-t0-1', end: 'finished', launchedAt: '2030-01-01T00:00:00.000Z' },
  ...{ billedSeconds, usd: billedSeconds / 6_000 },
  offer: {
    ...{ type: 'g6.xlarge', region: 'us-east-1', zone: 'us-east-1a', market: 'spot' },
    ...{ usdPerHour: 0.6, vcpus: 4, gpus: 1 },
  },
});

const machine = (type: string, usdPerHour: number): MachineType => ({
  ...{ type, vcpus: 4, memoryGiB: 16, usdPerHour, architecture: 'x86_64' },
  gpu: { name: 'GPU', count: 1, vramGiB: 24 },
});

const catalogue = {
  region: 'us-east-1',
  zones: ['us-east-1a', 'us-east-1b'],
  spotPrices: new Map<string, number>(),
  types: [machine('g6.xlarge', 1), machine('g4dn.xlarge', 0.5), machine('p5.xlarge', 5)],
};

function aPlan(
  compute: Readonly<Record<string, unknown>>,
  sweep: Readonly<Record<string, number>> | null = { trials: 10, parallel: 3 },
): CompiledPlan {
  const stages = JSON.parse(aModelFile().text).plan;
  const space = { max_depth: { int: [3, 9] } };
  const boosted = {
    ...{ ...stages.boosted, compute: 'gpu', checkpointEvery: 10 },
    ...(sweep ? { sweep: { ...sweep, space } } : {}),
  };
  const rented = { gpu: { provider: 'ec2', gpu: 1, vramGiB: 16, ...compute } };
  return read(aModelFile({ compute: rented, plan: { ...stages, boosted } }).text);
}

function read(text: string): CompiledPlan {
  const result = readModelFile(text, { path: 'model.json', base: '/models', sha256: () => 'digest' });
  if (!result.ok) expect.fail(result.problems.map(({ message }) => message).join('\n'));
  return result.plan;
}
