import { describe, expect, it } from 'vitest';
import { renderLook, renderRollout, rolloutLog } from '../../../src/cli/output/look.ts';
import { widthOf } from '../../../src/cli/output/style.ts';
import type { RolloutProgress } from '../../../workflows/messages.ts';
import { aLook } from './reports.ts';

const progress: RolloutProgress = {
  rollout: 'delays-v4-r3',
  model: 'delays',
  version: 4,
  phase: 'canary',
  weight: 0.25,
  paused: false,
  since: '2013-11-20T04:00:00.000Z',
  detail: '',
};

describe('renderLook', () => {
  it('shows both arms and how near the evidence is to rolling back', () => {
    expect(renderLook(aLook(), { color: false, width: 120 })).toMatchInlineSnapshot(`
      "delays-v4-r3  canary 5 %  ● inconclusive  2013-11-20 04:03:11 UTC
        gate        stable  canary  interval              n  evidence to roll back  verdict
        error rate   0.2 %   0.4 %  (−0.001, +0.005)  1,203  ▓▓▓▓░░░░ 6 of 60       ● inconclusive
        latency        1.4     1.5  (−0.001, +0.005)  1,203  ░░░░░░░░ 0.4 of 60     ● inconclusive"
    `);
  });

  it('fits 80 columns', () => {
    const text = renderLook(aLook(), { color: false, width: 80 });
    expect(Math.max(...text.split('\n').slice(1).map(widthOf))).toBeLessThanOrEqual(80);
  });
});

describe('renderRollout', () => {
  it('shows phase, weight and time in the step', () => {
    const style = { color: false, width: 80, now: '2013-11-20T04:03:00.000Z' };
    expect(renderRollout(progress, null, style)).toBe('delays v4  ● canary  ▓▓▓░░░░░░░ 25 %  for 3m00s  delays-v4-r3');
  });
});

describe('rolloutLog', () => {
  it('tells a new weight and a new look, and nothing twice', () => {
    const state = { progress, look: aLook() };
    expect(rolloutLog(null, state)).toHaveLength(2);
    expect(rolloutLog(state, state)).toEqual([]);
  });
});
