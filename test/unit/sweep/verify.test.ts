import { describe, expect, it } from 'vitest';
import { earlierTrials } from '../../../src/sweep/earlier-trials.ts';
import type { SweepRecord } from '../../../src/sweep/record.ts';
import { summaryOf } from '../../../src/sweep/summary.ts';
import { verifySweep } from '../../../src/sweep/verify.ts';
import { recordedSweep } from './recorded-sweep.ts';

const noOptuna = async () => expect.unreachable('Optuna has no part in it');

describe('verifying a sweep', () => {
  it.each(['tpe', 'random'] as const)(
    'finds every suggestion of the %s sampler again, bit for bit',
    async (sampler) => {
      const record = JSON.parse(JSON.stringify(recordedSweep(sampler))) as SweepRecord;
      expect(await verifySweep(record, noOptuna)).toEqual({ checked: 40, matched: 40, differing: [], unknown: 4 });
    },
  );

  it('finds those again that an earlier sweep had a part in, and others without its prior', async () => {
    const known = { metric: 'auc', direction: 'maximize', known: [] } as const;
    const yesterday = recordedSweep('tpe');
    const { prior } = earlierTrials([yesterday], { ...known, space: yesterday.space });
    const record = JSON.parse(JSON.stringify(recordedSweep('tpe', prior))) as SweepRecord;
    expect(await verifySweep(record, noOptuna)).toMatchObject({ checked: 40, matched: 40 });
    const without = await verifySweep({ ...record, prior: null }, noOptuna);
    expect(without.matched).toBeLessThan(35);
    expect(without.matched).toBeGreaterThan(19);
  });

  it('notices a last digit that was changed, and whatever was learned from it', async () => {
    const record = recordedSweep('tpe');
    const at = 20;
    const changed = record.trials.map((each, index) =>
      index === at
        ? { ...each, parameters: { ...each.parameters, eta: Number(each.parameters.eta) * (1 + 2e-16) } }
        : each,
    );
    const { differing, matched } = await verifySweep({ ...record, trials: changed }, noOptuna);
    expect(differing.map(({ trial }) => trial)).toContain(record.trials[at]?.trial);
    expect(matched).toBeGreaterThanOrEqual(at);
  });

  it('notices trials that came in another order', async () => {
    const record = recordedSweep('tpe');
    const [first, ...others] = record.trials;
    const moved = first ? [...others, first] : [];
    expect((await verifySweep({ ...record, trials: moved }, noOptuna)).matched).toBeLessThan(40);
  });

  it('asks Optuna for all suggestions at once where they were its own', async () => {
    const record: SweepRecord = { ...recordedSweep('random'), sampler: 'optuna:cmaes', warmStart: [] };
    let asked = 0;
    const { matched } = await verifySweep(record, async (asks) => {
      asked += 1;
      return asks.map((_, at) => told(record, at));
    });
    expect([asked, matched]).toEqual([1, 40]);
  });
});

/** A trial's parameters as Optuna would tell them: choices by their index. */
function told({ space, trials }: SweepRecord, at: number) {
  return Object.fromEntries(
    Object.entries(trials[at]?.parameters ?? {}).flatMap(([name, value]) => {
      const parameter = space[name];
      if (!parameter || 'fixed' in parameter) return [];
      return [[name, 'choice' in parameter ? parameter.choice.indexOf(value) : Number(value)]];
    }),
  );
}

describe('the summary of a sweep', () => {
  const record = recordedSweep('tpe');

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
