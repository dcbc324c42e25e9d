import { describe, expect, it } from 'vitest';
import { earlierTrials } from '../../../src/sweep/earlier-trials.ts';
import type { TrialRecord } from '../../../src/sweep/record.ts';
import type { Space } from '../../../src/sweep/space.ts';
import { warmed } from '../../../src/sweep/warm-start.ts';

const space: Space = {
  depth: { int: [1, 9], log: false },
  booster: { choice: ['tree', 'linear'] },
  leaves: { int: [2, 64], log: true, when: { parameter: 'booster', in: ['tree'] } },
};
const asked = { space, metric: 'auc', direction: 'maximize', known: [] } as const;
const tree = (depth: number) => ({ depth, booster: 'tree', leaves: 8 });

function aSweep(trials: readonly Partial<TrialRecord>[], metric = 'auc') {
  return {
    metric,
    trials: trials.map((change, trial) => ({
      trial,
      parameters: tree(trial + 1),
      value: 0.5,
      knew: 0,
      beside: [],
      ...change,
    })),
  };
}

describe('what a sweep takes over from earlier ones', () => {
  it('is the best of the last one as it was, and all of them as a prior', () => {
    const yesterday = aSweep([{ value: 0.6 }, { value: 0.7 }, {}, {}, {}]);
    // Easier data: all its values are higher, which says nothing.
    const before = aSweep([{ value: 0.91, parameters: tree(8) }, { value: 0.9 }, { value: 0.8 }, { value: 0.8 }, {}]);
    const { parameters, prior } = earlierTrials([yesterday, before], asked);
    expect(parameters).toEqual([tree(2)]);
    expect(prior?.trials.filter(({ loss }) => loss === 0)).toEqual([
      { parameters: tree(2), loss: 0, age: 1 },
      { parameters: tree(8), loss: 0, age: 2 },
    ]);
  });

  it('keeps the best and a spread of the others where there are many', () => {
    const trials = Array.from({ length: 400 }, (_, trial) => ({
      value: trial / 400,
      parameters: tree(1 + (trial % 9)),
    }));
    const { prior } = earlierTrials([aSweep(trials)], asked);
    expect(prior?.trials).toHaveLength(100);
    expect(prior?.trials.filter(({ loss }) => loss > 1.3).length).toBeGreaterThan(10);
  });

  it('has no prior where there is no middle to compare with', () => {
    expect(earlierTrials([aSweep([{}, {}, {}, { value: 0.7 }])], asked).prior).toBeNull();
    expect(earlierTrials([aSweep([{}, {}, {}, {}, {}, {}])], asked).prior).toBeNull();
    expect(earlierTrials([], asked)).toEqual({ parameters: [], prior: null, dropped: 0 });
  });

  it('leaves out what failed or belongs to another metric, and repeats nothing that was ended early or is tried anyway', () => {
    const sweep = aSweep([{ value: null }, { value: 0.9, stoppedAt: 9 }, { value: 0.8 }, { value: 0.7 }, {}, {}]);
    const { parameters, prior } = earlierTrials([sweep, aSweep([{}], 'logLoss')], asked);
    expect(parameters).toEqual([tree(3)]);
    expect(prior?.trials).toHaveLength(5);
    expect(prior?.trials.find(({ parameters }) => parameters.depth === 2)?.loss).toBe(1);
  });

  it('repeats nothing beside a champion, but where there is no prior', () => {
    const long = aSweep([{ value: 0.8 }, { value: 0.7 }, {}, {}, {}, {}]);
    const short = aSweep([{ value: 0.8 }, { value: 0.7 }]);
    const begin = (sweep: typeof long, champion: number) =>
      earlierTrials([sweep], { ...asked, known: [{ ...tree(champion), gone: 1 }] }).parameters;
    expect([begin(long, 9), begin(short, 9), begin(short, 1)]).toEqual([[], [tree(1)], []]);
  });

  it('counts trials that no longer fit into the space, and drops parameters that left it', () => {
    const sweep = aSweep([{ parameters: tree(30) }, { parameters: { ...tree(2), gone: 1 } }]);
    expect(earlierTrials([sweep], asked)).toEqual({ parameters: [tree(2)], prior: null, dropped: 1 });
  });
});

describe('a suggestion with a warm start', () => {
  it('keeps its own values where the past has none that fit', () => {
    expect(warmed(space, tree(5), { depth: 30, leaves: 16 })).toEqual({ ...tree(5), leaves: 16 });
  });

  it('has only parameters that belong to the trial', () => {
    expect(warmed(space, tree(5), { booster: 'linear' })).toEqual({ depth: 5, booster: 'linear' });
  });

  it('stays as it is where both together are no point of the space', () => {
    const suggested = { depth: 5, booster: 'linear' };
    expect(warmed(space, suggested, { booster: 'tree' })).toEqual(suggested);
  });
});
