import { describe, expect, it } from 'vitest';
import type { ParameterSpace } from '../../../src/plan/schema.ts';
import { randomFor } from '../../../src/sweep/random.ts';
import type { SweepRecord, TrialRecord } from '../../../src/sweep/record.ts';
import type { Sampler } from '../../../src/sweep/sampler.ts';
import type { Parameters } from '../../../src/sweep/space.ts';
import { summaryOf } from '../../../src/sweep/summary.ts';
import { verifySweep } from '../../../src/sweep/verify.ts';
import { suggested } from '../../../src/sweep/warm-start.ts';

const space: Record<string, ParameterSpace> = {
  eta: { float: [0.001, 0.3], log: true },
  depth: { int: [2, 9], log: false },
  booster: { choice: ['tree', 'line'] },
  leaf: { int: [1, 40], log: true, when: { parameter: 'booster', in: ['tree'] } },
};
const warmStart = [{ eta: 0.02, depth: 4, booster: 'line' }];

/** A sweep of 40 trials, five at a time, as the workflow records it. */
function recorded(sampler: Sampler): SweepRecord {
  const order = randomFor(3, 1);
  const trials: TrialRecord[] = [];
  const running: Pick<TrialRecord, 'trial' | 'parameters' | 'knew' | 'beside'>[] = [];
  for (let next = 0; trials.length < 40; ) {
    while (running.length < 5) {
      const parameters = suggested({
        ...{ space, seed: 11, direction: 'maximize', sampler, trialNumber: next },
        observations: trials.map(({ trial, parameters: known, value }) => ({ trial, parameters: known, value })),
        running: running.map((other) => other.parameters),
        warmStart: warmStart[next] ?? null,
      });
      running.push({ trial: next, parameters, knew: trials.length, beside: running.map(({ trial }) => trial) });
      next += 1;
    }
    for (const done of running.splice(Math.floor(order() * 5), 1))
      trials.push({ ...done, value: aucOf(done), seconds: 2 });
  }
  return {
    ...{ run: 'm-r1', model: 'm', stage: 'boosted', metric: 'auc', direction: 'maximize', seed: 11, space, sampler },
    ...{ warmStart, trials, ended: '40 trials have finished', usd: 0 },
    cutOff: running.map(({ trial, parameters }) => ({ trial, parameters })),
    best: [...trials].sort((a, b) => (b.value ?? -9) - (a.value ?? -9))[0]?.trial ?? null,
    startedAt: '2026-01-01T00:00:00Z',
    endedAt: '2026-01-01T00:01:00Z',
  };
}

const aucOf = ({ trial, parameters }: { readonly trial: number; readonly parameters: Parameters }) =>
  trial % 9 === 8 ? null : -Math.abs(Math.log(Number(parameters.eta) / 0.05));

describe('verifying a sweep', () => {
  it.each(['tpe', 'random'] as const)('finds every suggestion of the %s sampler again, bit for bit', (sampler) => {
    const record = JSON.parse(JSON.stringify(recorded(sampler))) as SweepRecord;
    expect(verifySweep(record)).toEqual({ checked: 40, matched: 40, differing: [], unknown: 4 });
  });

  it('notices a last digit that was changed, and whatever was learned from it', () => {
    const record = recorded('tpe');
    const at = 20;
    const changed = record.trials.map((each, index) =>
      index === at
        ? { ...each, parameters: { ...each.parameters, eta: Number(each.parameters.eta) * (1 + 2e-16) } }
        : each,
    );
    const { differing, matched } = verifySweep({ ...record, trials: changed });
    expect(differing.map(({ trial }) => trial)).toContain(record.trials[at]?.trial);
    expect(matched).toBeGreaterThanOrEqual(at);
  });

  it('notices trials that came in another order', () => {
    const record = recorded('tpe');
    const [first, ...others] = record.trials;
    const moved = first ? [...others, first] : [];
    expect(verifySweep({ ...record, trials: moved }).matched).toBeLessThan(40);
  });
});

describe('the summary of a sweep', () => {
  const record = recorded('tpe');

  it('tells the one parameter that matters', () => {
    const [most] = summaryOf(record).importances;
    expect(most?.parameter).toBe('eta');
    expect(most?.share).toBeGreaterThan(0.2);
    for (const { share } of summaryOf(record).importances.slice(1)) expect(share).toBeLessThan((most?.share ?? 0) / 2);
  });

  it('has a best so far that never gets worse and ends with the best', () => {
    const { bestSoFar, best } = summaryOf(record);
    const known = bestSoFar.filter((value) => value !== null);
    expect(known).toEqual([...known].sort((a, b) => a - b));
    expect(known.at(-1)).toBe(best?.value);
  });

  it('counts who came to which rung', () => {
    const trials = record.trials.map((each, at) =>
      at % 4 === 0 ? each : { ...each, stoppedAt: at % 4 === 1 ? 27 : 9 },
    );
    const { rungs } = summaryOf({ ...record, trials });
    expect(rungs).toEqual([
      { step: 9, reached: 40 },
      { step: 27, reached: 20 },
      { step: null, reached: 10 },
    ]);
  });
});
