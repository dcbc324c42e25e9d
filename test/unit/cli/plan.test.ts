import { describe, expect, it } from 'vitest';
import { renderPlan } from '../../../src/cli/output/plan.ts';
import { stageCosts } from '../../../src/cli/plan-costs.ts';
import type { MachineType } from '../../../src/compute/offer.ts';
import type { CompiledPlan } from '../../../src/plan/plan.ts';
import { readModelFile } from '../../../src/plan/read.ts';
import { aModelFile } from '../api/servers.ts';

const style = { color: false, width: 120, prices: { date: '2030-01-01', region: 'us-east-1' } };

describe('stageCosts', () => {
  it('multiplies the dearest of the first offers by life and trials, and never passes "maxUsd" a training', () => {
    const [cost] = stageCosts(aPlan({ maxHours: 2, maxUsd: 4 }), catalogue);
    expect(cost?.offers.map(({ offer: { type, market }, usdAtMost }) => [type, market, usdAtMost])).toEqual([
      ['g4dn.xlarge', 'spot', 1],
      ['g6.xlarge', 'spot', 2],
      ['p5.xlarge', 'spot', 10],
      ['g4dn.xlarge', 'on-demand', 1],
      ['g6.xlarge', 'on-demand', 2],
    ]);
    expect(cost).toMatchObject({ trainings: 10, parallel: 3, usd: { training: 4, atOnce: 12, inAll: 40, limit: 40 } });
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
  it('shows the stages, the first offers and the most that they can cost', () => {
    const plan = aPlan({ maxHours: 2, maxUsd: 4 });
    expect(renderPlan(plan, stageCosts(plan, catalogue), style)).toMatchInlineSnapshot(`
      "delays  5 stages
        stage     kind      needs
        snapshot  snapshot  –
        boosted   train     snapshot  xgboost, 10 trials, 3 at a time, on gpu
        evaluate  evaluate  boosted
        approve   approve   evaluate
        rollout   rollout   approve

      boosted on gpu: each training at most 2h00m and $4.00
        would try    market       an hour                 for 2h00m
        g4dn.xlarge  spot       ≤ $0.5000                   ≤ $1.00
        g6.xlarge    spot         ≤ $1.00                   ≤ $2.00
        p5.xlarge    spot         ≤ $5.00  only under $2.00 an hour
        g4dn.xlarge  on-demand    $0.5000                     $1.00
        g6.xlarge    on-demand      $1.00                     $2.00
        10 trainings on these, 3 at a time: at most $12.00 at once and $40.00 in all; whatever is refused or lost never more than $40.00

      Prices on demand in us-east-1 as of 2030-01-01; a spot machine (≤) is usually far cheaper."
    `);
  });

  it('shows what stands in the way', () => {
    const plan = aPlan({ maxHours: 10, maxUsd: 1, spot: false });
    expect(renderPlan(plan, stageCosts(plan, catalogue), style)).toContain('  ✖ The cheapest machine that fits');
  });
});

const machine = (type: string, usdPerHour: number): MachineType => ({
  ...{ type, vcpus: 4, memoryGiB: 16, usdPerHour, architecture: 'x86_64' },
  gpu: { name: 'GPU', count: 1, vramGiB: 24 },
});

const catalogue = {
  region: 'us-east-1',
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
