import { describe, expect, it } from 'vitest';
import { renderForecast } from '../../../src/cli/output/forecast.ts';
import { renderLook, renderRollout, rolloutLog } from '../../../src/cli/output/look.ts';
import { renderRolloutReport } from '../../../src/cli/output/rollout-report.ts';
import { widthOf } from '../../../src/cli/output/style.ts';
import { rolloutStage } from '../../../src/plan/schema-rollout.ts';
import { noRequests, noTraffic } from '../../../src/rollout/no-traffic.ts';
import type { RolloutProgress } from '../../../workflows/messages.ts';
import { aLook, aRolloutGate } from './reports.ts';

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
        gate        stable  canary  ratio                n  evidence to roll back  to pass  verdict
        error rate   0.2 %   0.4 %  (−0.001, 0.005)  1,203  ▓▓▓▓░░░░ 6 of 60                ● inconclusive
        latency        1.4     1.5  (−0.001, 0.005)  1,203  ░░░░░░░░ 0.4 of 60              ● inconclusive"
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

describe('a rollout that is watched', () => {
  const steps = [
    { phase: 'shadow', weight: 0, forMs: 3_600_000 },
    { phase: 'canary', weight: 0.05, forMs: 3_600_000 },
    { phase: 'bake', weight: 1, forMs: 86_400_000 },
  ] as const;
  const clock = { passAfter: '2013-11-20T04:20:00.000Z', giveUpAfter: '2013-11-21T04:20:00.000Z', idle: false };
  const proven = { eValue: 31, threshold: 20, below: 2 };
  const style = { color: false, width: 130, now: '2013-11-20T04:03:00.000Z' };
  const seen = (change: Partial<RolloutProgress> = {}, look = {}) =>
    renderRollout(
      { ...progress, steps, step: 1, ...change },
      aLook({ clock, gates: [aRolloutGate({ proof: proven })], ...look }),
      style,
    );

  it('is a tree of its steps, with the time left in the present one and the proof that each gate still needs', () => {
    expect(seen()).toMatchInlineSnapshot(`
      "delays v4  ● canary  ▓▓▓░░░░░░░ 25 %  for 3m00s  delays-v4-r3
        ├ ✔ shadow, 1h00m
        ├ ● canary 25 %, 1h00m  17m00s left
        └ · bake, 1d00h

      delays-v4-r3  canary 5 %  ● inconclusive  2013-11-20 04:03:11 UTC
        gate        stable  canary  ratio                n  evidence to roll back  to pass     verdict
        error rate   0.2 %   0.4 %  (−0.001, 0.005)  1,203  ▓▓▓▓░░░░ 6 of 60       under ×2 ✔  ● inconclusive"
    `);
    expect(seen({}, { gates: [aRolloutGate({ proof: { ...proven, eValue: 4 } })] })).toContain('under ×2 ▓▓░░');
  });

  it('says when it waits: for proof, for anything to come in, for a person', () => {
    const over = { ...clock, passAfter: '2013-11-20T04:00:00.000Z' };
    expect(seen({}, { clock: over })).toContain('waits for proof, at most 1d00h');
    expect(seen({}, { clock: { ...over, idle: true } })).toContain('nothing comes in: its clock stands still');
    expect(seen({ paused: true, asks: 'not enough', detail: 'not enough' })).toContain('◆ asks you');
    expect(seen({ paused: true, asks: 'not enough' })).toContain('perennial rollout pause delays-v4-r3 --resume');
  });
});

describe('the report of a rollout', () => {
  it('says what is possible and what is ruled out', () => {
    const tallies = {
      ...noTraffic,
      strata: [{ share: 0.1, stable: { ...noRequests, requests: 900 }, canary: { ...noRequests, requests: 100 } }],
    };
    const gates = [
      aRolloutGate({
        interval: { low: 0.8, high: 1.4, confidence: 0.95 },
        proof: { eValue: 31, threshold: 20, below: 1.5 },
      }),
      aRolloutGate({ name: 'latency', interval: null }),
    ];
    const detail = {
      ...{ progress: { ...progress, standing: true }, look: aLook({ gates, tallies }) },
      ...{ open: true, trouble: [], temporalUrl: null },
    };
    expect(renderRolloutReport(detail, { color: false, width: 120 })).toMatchInlineSnapshot(`
      "delays v4  standing comparison, under way
        100 requests to the new version, 900 to the champion beside it

      delays-v4-r3  canary 5 %  ● inconclusive  2013-11-20 04:03:11 UTC
        gate        stable  canary  ratio           n  evidence to roll back  to pass       verdict
        error rate   0.2 %   0.4 %  (0.8, 1.4)  1,203  ▓▓▓▓░░░░ 6 of 60       under ×1.5 ✔  ● inconclusive
        latency      0.2 %   0.4 %              1,203  ▓▓▓▓░░░░ 6 of 60                     ● inconclusive

        · error rate: a change from −20 % to +40 % is possible (95 % at any time); more than +50 % is ruled out.
        · latency: nothing can be said yet."
    `);
  });
});

describe('the forecast of a rollout', () => {
  it('shows how long a good version takes and what a bad one would have to be to be found', () => {
    const spec = rolloutStage.parse({
      kind: 'rollout',
      shadow: '1h',
      steps: [{ weight: 0.05, for: '2h' }, { weight: 1 }],
      gates: [{ metric: 'errorRate' }],
    });
    const harms = [
      { factor: 1.2, share: 0.1, medianMs: 7_000_000, answered: 900 },
      { factor: 2, share: 0.95, medianMs: 600_000, answered: 80 },
    ];
    const foreseen = {
      healthy: { promoted: 0.98, rolledBack: 0.02, unproven: 0, medianMs: 10_800_000, slowMs: 14_400_000 },
      gates: [{ name: 'errorRate ≤ stable', metric: 'errorRate', harms, finds: harms[1] ?? null }] as const,
    };
    const behaviour = {
      ...{ error: 0.01, slow: 0.05, positive: 0.2, wrong: 0.25, falsePositive: 0.1, falseNegative: 0.15 },
      ...{ logLatency: { mean: 0, sd: 0.5 }, score: { mean: 0.2, sd: 0.2 }, absoluteError: { mean: 1, sd: 1 } },
    };
    const expected = { requestsPerHour: 10_000, labelled: 0.8, labelAfterMs: 21_600_000, behaviour };
    const shown = { model: 'delays', spec, expected, rollouts: 40, seen: false, foreseen };
    expect(renderForecast(shown, { color: false, width: 120 })).toMatchInlineSnapshot(`
      "delays  shadow 1h, 5 % for 2h, 100 %: 3h00m at least
        as told: 10,000 requests an hour, 1 % fail, 25 % wrong, labels after 6h00m for 80 %

      A version as good as the champion, 40 times:
        promoted 98 %, rolled back 2 %, not proven in time 0 %
        takes 3h00m; one in ten takes 4h00m or longer

      A version that is worse, rolled back before it is promoted:
        gate                surely finds   after  served by then  ×1.2    ×2
        errorRate ≤ stable  ×2            10m00s              80  10 %  95 %

        surely finds: the smallest harm that was found 9 times of 10; after: the median time to that; served by then: what the
        worse version has answered; below ×…: of versions that many times as bad, the share that is rolled back."
    `);
  });
});

describe('rolloutLog', () => {
  it('tells a new weight and a new look, and nothing twice', () => {
    const state = { progress, look: aLook() };
    expect(rolloutLog(null, state)).toHaveLength(2);
    expect(rolloutLog(state, state)).toEqual([]);
  });
});
