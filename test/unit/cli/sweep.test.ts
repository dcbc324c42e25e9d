import { describe, expect, it } from 'vitest';
import { renderSweep } from '../../../src/cli/output/sweep.ts';
import { earlierTrials } from '../../../src/sweep/earlier-trials.ts';
import { recordedSweep } from '../sweep/recorded-sweep.ts';

const style = { color: false, width: 100 };

describe('a sweep that has ended, in the terminal', () => {
  it('says how much of earlier sweeps it began with', () => {
    const yesterday = recordedSweep('tpe');
    const known = { metric: 'auc', direction: 'maximize', known: [] } as const;
    const { prior } = earlierTrials([yesterday, yesterday], { ...known, space: yesterday.space });
    const kept = prior?.trials.length;
    expect(renderSweep(recordedSweep('tpe', prior), style)).toContain(
      `warm start: ${kept} trials of the last 2 sweeps`,
    );
    expect(renderSweep(yesterday, style)).not.toContain('warm start');
  });
});
