import { describe, expect, it } from 'vitest';
import type { RolloutGate } from '../../../src/plan/schema.ts';
import { judgeLook, type LookInput } from '../../../src/rollout/judge.ts';
import type { ArmTally, RolloutGateResult, RolloutTallies } from '../../../src/rollout/report.ts';

const gates: RolloutGate[] = [
  { metric: 'errorRate', worseBy: 0 },
  { metric: 'latency', worseBy: 0.05 },
  { metric: 'accuracy', worseBy: 0.01 },
  { metric: 'classBalance', worseBy: 0.2 },
];

describe('a look at a canary', () => {
  it('passes two versions that behave alike', () => {
    const look = judge({ tallies: split(0.05, arm(9_500), arm(500)) });
    expect(look.verdict).toBe('pass');
    expect(look.gates.map(({ name }) => name)).toEqual([
      'errorRate ≤ stable',
      'latency ≤ stable + 5 %',
      'accuracy: wrong answers ≤ stable + 1 %',
      'classBalance as stable ± 20 %',
    ]);
    expect(look.gates.every(({ eValue, threshold }) => eValue < 2 && threshold === 80)).toBe(true);
    expect(gate(look, 'latency').interval?.low).toBeLessThan(1);
    expect(gate(look, 'accuracy')).toMatchObject({ stable: 0.7, canary: 0.7, n: 250 });
  });

  it.each([
    ['errorRate', { errors: 25 }],
    ['latency', { logLatency: { n: 500, mean: Math.log(10), variance: 0.25 } }],
    ['accuracy', { wrong: 130 }],
    ['classBalance', { predictedPositive: 5 }],
    ['classBalance', { predictedPositive: 400 }],
  ] as const)('rolls back for %s alone when the canary has %j', (metric, harm) => {
    const look = judge({ tallies: split(0.05, arm(9_500), { ...arm(500), ...harm }) });
    expect(look.verdict).toBe('fail');
    expect(look.gates.filter(({ verdict }) => verdict === 'fail').map((result) => result.metric)).toEqual([metric]);
    expect(gate(look, metric).eValue).toBeGreaterThanOrEqual(80);
  });

  it('rolls back on a flood of errors before the minimum of requests', () => {
    const flood = { ...arm(12), errors: 12, labelled: 0, wrong: 0, logLatency: { n: 0, mean: 0, variance: 0 } };
    expect(judge({ tallies: split(0.05, arm(228), flood) }).verdict).toBe('fail');
  });

  it('is inconclusive below the minimum of requests, without labels, and without any traffic', () => {
    expect(judge({ tallies: split(0.05, arm(1_900), arm(99)) }).verdict).toBe('inconclusive');
    const unlabelled = judge({ tallies: split(0.05, arm(9_500), { ...arm(500), labelled: 49, wrong: 14 }) });
    expect(unlabelled.gates.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'inconclusive', 'pass']);
    const none = judge({ tallies: { strata: [], shadow: noPairs }, minimumRequests: 0 });
    expect(none.verdict).toBe('inconclusive');
    expect(none.gates.map(({ eValue, interval }) => [eValue, interval])).toEqual(gates.map(() => [1, null]));
  });

  it('adds up over shares, and learns nothing from a share of one', () => {
    const once = judge({ tallies: split(0.05, arm(9_500), { ...arm(500), errors: 9 }) });
    const parts = [0.05, 0.05].map((share) => ({ share, stable: arm(4_750), canary: { ...arm(250), errors: 4.5 } }));
    const all = { share: 1, stable: arm(0), canary: { ...arm(5_000), errors: 4_000 } };
    const split2 = judge({ tallies: { strata: [...parts, all], shadow: noPairs } });
    expect(gate(split2, 'errorRate').eValue).toBeCloseTo(gate(once, 'errorRate').eValue, 8);
    expect(gate(split2, 'errorRate').canary).toBe(gate(once, 'errorRate').canary);
  });

  it('tolerates a loss inside the margin', () => {
    const slower = { ...arm(5_000), logLatency: { n: 5_000, mean: Math.log(4 * 1.04), variance: 0.25 } };
    const tallies = split(0.5, arm(5_000), slower);
    expect(judge({ tallies }).verdict).toBe('pass');
    expect(judge({ tallies, gates: [{ metric: 'latency', worseBy: 0 }] }).gates[0]?.eValue).toBeGreaterThan(20);
  });

  it('does not act on evidence below its threshold, and acts on the same evidence where more false rollbacks are allowed', () => {
    const tallies = split(0.05, arm(9_500), { ...arm(500), errors: 13 });
    const look = judge({ tallies });
    expect(gate(look, 'errorRate').eValue).toBeGreaterThan(4);
    expect(gate(look, 'errorRate').verdict).toBe('pass');
    expect(judge({ tallies, falseRollbackRate: 0.9 }).verdict).toBe('fail');
  });

  it('shares the false-rollback rate among the gates of both phases', () => {
    const canary = split(0.05, arm(950), arm(50));
    expect(judge({ tallies: canary }).gates[0]?.threshold).toBe(80);
    const mirrored = { ...canary, shadow: { ...noPairs, pairs: 10 } };
    expect(judge({ tallies: mirrored }).gates[0]?.threshold).toBe(140);
  });

  it('refuses tallies that cannot be', () => {
    const code = (tallies: RolloutTallies): string => {
      try {
        judge({ tallies });
        return 'none';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code(split(1.5, arm(1), arm(1)))).toBe('PRN-ROLLOUT-001');
    expect(code(split(0.5, arm(10), { ...arm(10), errors: 11 }))).toBe('PRN-ROLLOUT-001');
    expect(code({ strata: [], shadow: { ...noPairs, labelled: 1, onlyShadowWrong: 2 } })).toBe('PRN-ROLLOUT-001');
  });

  it('survives JSON, so that the stored look is the look', () => {
    const look = judge({ tallies: split(0.05, arm(9_500), { ...arm(500), errors: 400 }) });
    expect(JSON.parse(JSON.stringify(look))).toEqual(look);
  });
});

describe('a look at a shadow', () => {
  it('compares answers to the same requests and leaves the class balance to the canary', () => {
    const look = judge({ phase: 'shadow', tallies: mirrored({}) });
    expect(look.verdict).toBe('pass');
    expect(look.gates.map(({ metric, phase }) => [metric, phase])).toEqual([
      ['errorRate', 'shadow'],
      ['latency', 'shadow'],
      ['accuracy', 'shadow'],
    ]);
    expect(gate(look, 'accuracy')).toMatchObject({ n: 400, canary: 0.73 });
    expect(gate(look, 'accuracy').stable).toBeCloseTo(0.7325, 12);
  });

  it.each([
    ['errorRate', { shadowErrors: 14 }],
    ['latency', { logLatencyRatio: { n: 500, mean: 0.3, variance: 0.1 } }],
    ['accuracy', { onlyShadowWrong: 60 }],
  ] as const)('withdraws for %s alone when the shadow has %j', (metric, harm) => {
    const look = judge({ phase: 'shadow', tallies: mirrored(harm) });
    expect(look.gates.filter(({ verdict }) => verdict === 'fail').map((result) => result.metric)).toEqual([metric]);
  });

  it('reads the margin of accuracy as one on all wrong answers, those of both included', () => {
    const pairs = {
      pairs: 60_000,
      labelled: 60_000,
      onlyStableWrong: 1_000,
      onlyShadowWrong: 1_150,
      bothWrong: 15_000,
    };
    // 0.9 % more wrong answers in all, inside the margin of 1 %; 15 % more among the pairs that differ.
    expect(gate(judge({ phase: 'shadow', tallies: mirrored(pairs) }), 'accuracy').verdict).toBe('pass');
    const strict = { ...pairs, bothWrong: 0 };
    expect(gate(judge({ phase: 'shadow', tallies: mirrored(strict) }), 'accuracy').eValue).toBeGreaterThan(10);
  });

  it('is inconclusive on few pairs or few labels', () => {
    const few = {
      pairs: 99,
      labelled: 49,
      onlyStableWrong: 1,
      onlyShadowWrong: 1,
      bothWrong: 0,
      stableErrors: 0,
      shadowErrors: 0,
    };
    const look = judge({
      phase: 'shadow',
      tallies: mirrored({ ...few, logLatencyRatio: { n: 99, mean: 0, variance: 0.1 } }),
    });
    expect(look.gates.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'inconclusive', 'inconclusive']);
  });
});

const noPairs: RolloutTallies['shadow'] = {
  pairs: 0,
  stableErrors: 0,
  shadowErrors: 0,
  labelled: 0,
  onlyStableWrong: 0,
  onlyShadowWrong: 0,
  bothWrong: 0,
  logLatencyRatio: { n: 0, mean: 0, variance: 0 },
};

function judge(input: Partial<LookInput>): ReturnType<typeof judgeLook> {
  return judgeLook({
    rollout: 'r1',
    phase: 'canary',
    weight: 0.05,
    at: '2013-07-01T00:00:00Z',
    tallies: { strata: [], shadow: noPairs },
    gates,
    falseRollbackRate: 0.05,
    minimumRequests: 100,
    ...input,
  });
}

/** 1 % errors, half of the requests labelled, 30 % of them wrong, 20 % predicted positive, 4 ms. */
function arm(requests: number): ArmTally {
  return {
    requests,
    errors: requests * 0.01,
    slow: 0,
    labelled: requests / 2,
    wrong: requests * 0.15,
    predictedPositive: requests * 0.2,
    logLatency: { n: requests, mean: Math.log(4), variance: 0.25 },
  };
}

function split(share: number, stable: ArmTally, canary: ArmTally): RolloutTallies {
  return { strata: [{ share, stable, canary }], shadow: noPairs };
}

function mirrored(shadow: Partial<RolloutTallies['shadow']>): RolloutTallies {
  const alike = { pairs: 500, labelled: 400, onlyStableWrong: 11, onlyShadowWrong: 12, bothWrong: 96 };
  return {
    strata: [],
    shadow: { ...noPairs, ...alike, logLatencyRatio: { n: 500, mean: 0, variance: 0.1 }, ...shadow },
  };
}

function gate(look: { readonly gates: readonly RolloutGateResult[] }, metric: string): RolloutGateResult {
  const found = look.gates.find((result) => result.metric === metric);
  if (!found) throw new Error(`no gate on ${metric}`);
  return found;
}
