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
const asked = { space, metric: 'auc', direction: 'maximize', seed: 1, known: [], atMost: 2 } as const;
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
  it('is the best of each sweep, the newest first, then the second of each', () => {
    const yesterday = aSweep([{ value: 0.6 }, { value: 0.7 }]);
    // Easier data: all its values are higher, which says nothing.
    const before = aSweep([
      { value: 0.91, parameters: tree(8) },
      { value: 0.9, parameters: tree(9) },
    ]);
    expect(earlierTrials([yesterday, before], asked).parameters).toEqual([tree(2), tree(8)]);
  });

  it('goes on beside them with what the last sweep would have suggested next, none of it twice', () => {
    const yesterday = aSweep(Array.from({ length: 9 }, (_, trial) => ({ value: trial / 10 })));
    const { parameters } = earlierTrials([yesterday], { ...asked, atMost: 6 });
    expect(parameters.slice(0, 2)).toEqual([tree(9), tree(8)]);
    expect(new Set(parameters.map((each) => JSON.stringify(each))).size).toBe(6);
    expect(earlierTrials([yesterday], { ...asked, atMost: 6 }).parameters).toEqual(parameters);
  });

  it('leaves out what failed, was ended early, is tried anyway or belongs to another metric', () => {
    const sweep = aSweep([{ value: null }, { value: 0.9, stoppedAt: 9 }, { value: 0.8 }, { value: 0.7 }]);
    const known = [{ ...tree(3), gone: 1 }];
    const { parameters } = earlierTrials([sweep, aSweep([{}], 'logLoss')], { ...asked, known, atMost: 1 });
    expect(parameters).toEqual([tree(4)]);
  });

  it('counts trials that no longer fit into the space, and drops parameters that left it', () => {
    const sweep = aSweep([{ parameters: tree(30) }, { parameters: { ...tree(2), gone: 1 } }]);
    expect(earlierTrials([sweep], { ...asked, atMost: 1 })).toEqual({ parameters: [tree(2)], dropped: 1 });
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
