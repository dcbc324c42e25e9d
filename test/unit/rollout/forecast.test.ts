import { describe, expect, it } from 'vitest';
import { rolloutStage } from '../../../src/plan/schema-rollout.ts';
import { type ForecastInput, forecast, plannedMs } from '../../../src/rollout/forecast.ts';
import type { Behaviour } from '../../../src/rollout/simulated-traffic.ts';

const behaviour: Behaviour = {
  ...{ error: 0.01, slow: 0.05, positive: 0.2, wrong: 0.25, falsePositive: 0.1, falseNegative: 0.15 },
  ...{ logLatency: { mean: 0, sd: 0.5 }, score: { mean: 0.2, sd: 0.2 }, absoluteError: { mean: 1, sd: 1 } },
};
const hour = 3_600_000;

function input(
  change: { readonly spec?: object; readonly expected?: Partial<ForecastInput['expected']> } = {},
): ForecastInput {
  return {
    spec: rolloutStage.parse({
      kind: 'rollout',
      steps: [{ weight: 0.05, for: '2h' }, { weight: 1 }],
      gates: [{ metric: 'errorRate' }, { metric: 'accuracy' }],
      lookEvery: '1m',
      ...change.spec,
    }),
    expected: { requestsPerHour: 10_000, behaviour, labelled: 1, labelAfterMs: 0, ...change.expected },
    rollouts: 6,
    seed: 1,
  };
}

describe('a rollout that is played through before it starts', () => {
  it('takes its planned time where there is enough traffic, and finds what is large before what is small', () => {
    const { healthy, gates } = forecast(input());
    expect(healthy).toMatchObject({ promoted: 1, medianMs: 2 * hour });
    expect(plannedMs(input().spec)).toBe(2 * hour);
    const [errors] = gates;
    expect(errors?.finds?.factor).toBeLessThanOrEqual(5);
    const shares = errors?.harms.map(({ share }) => share) ?? [];
    expect(shares.at(0)).toBeLessThan(0.5);
    expect(shares.at(-1)).toBe(1);
    expect(errors?.harms.at(-1)?.medianMs).toBeLessThan(errors?.finds?.medianMs ?? 0);
  });

  it('is the same for the same seed', () => {
    expect(forecast(input())).toEqual(forecast(input()));
  });

  it('waits for labels that come late, and for traffic that is thin', () => {
    const late = forecast(input({ expected: { labelAfterMs: 6 * hour } }));
    expect(late.healthy.medianMs).toBeGreaterThan(6 * hour);
    const thin = forecast(input({ expected: { requestsPerHour: 100 } }));
    expect(thin.healthy.medianMs).toBeGreaterThan(10 * hour);
  });

  it('says when a rollout cannot be proven in its time', () => {
    const { healthy } = forecast(input({ spec: { extendAtMost: '1h' }, expected: { requestsPerHour: 20 } }));
    expect(healthy.unproven).toBe(1);
  });

  it('finds a loss of accuracy sooner in copies of all requests than on a twentieth of them', () => {
    const find = (spec: object) => forecast(input({ spec })).gates[1]?.harms.find(({ factor }) => factor === 1.2);
    expect(find({ shadow: '2h' })?.medianMs).toBeLessThan(find({})?.medianMs ?? Number.POSITIVE_INFINITY);
  });
});
