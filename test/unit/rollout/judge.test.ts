import { describe, expect, it } from 'vitest';
import type { RolloutGate } from '../../../src/plan/schema.ts';
import { judgeLook, type LookInput } from '../../../src/rollout/judge.ts';
import { noPairs, noRequests, noTraffic } from '../../../src/rollout/no-traffic.ts';
import type { ArmTally, PairedTally, RolloutGateResult, RolloutTallies } from '../../../src/rollout/report.ts';

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
    expect(look.gates.every(({ eValue }) => eValue < 2)).toBe(true);
    expect(look.gates.every(({ proof }) => proof && proof.eValue >= proof.threshold)).toBe(true);
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
    const none = judge({ tallies: noTraffic, minimumRequests: 0 });
    expect(none.verdict).toBe('inconclusive');
    expect(none.gates.map(({ eValue, interval }) => [eValue, interval])).toEqual(gates.map(() => [1, null]));
  });

  it('adds up over shares, and learns nothing from a share of one', () => {
    const once = judge({ tallies: split(0.05, arm(9_500), { ...arm(500), errors: 9 }) });
    const parts = [0.05, 0.05].map((share) => ({ share, stable: arm(4_750), canary: { ...arm(250), errors: 4.5 } }));
    const all = { share: 1, stable: arm(0), canary: { ...arm(5_000), errors: 4_000 } };
    const split2 = judge({ tallies: { ...noTraffic, strata: [...parts, all] } });
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
    expect(gate(look, 'errorRate').verdict).not.toBe('fail');
    expect(judge({ tallies, falseRollbackRate: 0.9 }).verdict).toBe('fail');
  });

  it('shares the false-rollback rate among the gates, most of it for what the phase is there for', () => {
    const canary = split(0.05, arm(950), arm(50));
    const spent = (look: { readonly gates: readonly RolloutGateResult[] }) =>
      look.gates.map((each) => 1 / each.threshold);
    expect(spent(judge({ tallies: canary })).map((rate) => Number(rate.toFixed(4)))).toEqual([
      0.03, 0.0067, 0.0067, 0.0067,
    ]);
    const shadow = spent(judge({ phase: 'shadow', tallies: mirrored({}) }));
    expect(shadow.map((rate) => Number(rate.toFixed(4)))).toEqual([0.0053, 0.0053, 0.024, 0.0053]);
    const dry = judge({
      tallies: canary,
      gates: [{ metric: 'errorRate', worseBy: 0, dryRun: true }, ...gates.slice(1)],
    });
    expect(
      spent(dry)
        .slice(1)
        .reduce((sum, rate) => sum + rate),
    ).toBeCloseTo(0.05, 10);
  });

  it('spends after a shadow only what the shadow has left of the rate: never more than all of it, never less than a fifth', () => {
    const canary = split(0.05, arm(950), arm(50));
    const all = (shadow: Partial<PairedTally>) =>
      judge({ tallies: { ...canary, shadow: { ...noPairs, ...shadow } } }).gates.reduce(
        (sum, { threshold }) => sum + 1 / threshold,
        0,
      );
    expect(all({ pairs: 10 })).toBeCloseTo(0.05, 10);
    const better = {
      pairs: 9_000,
      labelled: 9_000,
      onlyStableWrong: 900,
      onlyShadowWrong: 100,
      stableErrors: 90,
      shadowErrors: 1,
    };
    expect(all({ ...better, logLatencyRatio: { n: 9_000, mean: -0.2, variance: 0.1 } })).toBeLessThan(0.02);
    expect(all({ ...better, logLatencyRatio: { n: 9_000, mean: -0.2, variance: 0.1 } })).toBeGreaterThanOrEqual(0.01);
    expect(all({ ...better, onlyShadowWrong: 900, onlyStableWrong: 800 })).toBeLessThanOrEqual(0.05);
  });

  it('does not pass before what must be ruled out is ruled out, however many requests there were', () => {
    const late = { labelled: 60, wrong: 18 };
    const once = split(0.05, { ...arm(9_500), labelled: 1_140, wrong: 342 }, { ...arm(500), ...late });
    const verdict = (provenWithin: number | null): string | undefined =>
      judge({ tallies: once, gates: [{ metric: 'accuracy', worseBy: 0, provenWithin }] }).gates[0]?.verdict;
    expect(verdict(0.2)).toBe('inconclusive');
    expect(verdict(2)).toBe('pass');
    expect(verdict(null)).toBe('pass');
  });

  it('believes of a canary what its shadow has proven about its answers, and of its errors only what it shows itself', () => {
    const unlabelled = { labelled: 0, wrong: 0 };
    const young = split(0.05, { ...arm(9_500), ...unlabelled }, { ...arm(500), ...unlabelled });
    const verdicts = (tallies: RolloutTallies) =>
      judge({ tallies, gates: gates.slice(0, 3) }).gates.map(({ verdict }) => verdict);
    expect(verdicts(young)).toEqual(['pass', 'pass', 'inconclusive']);
    expect(verdicts({ ...young, shadow: mirrored({}).shadow })).toEqual(['pass', 'pass', 'pass']);
    const worse = { ...mirrored({ onlyStableWrong: 5, onlyShadowWrong: 20 }).shadow, labelled: 100, bothWrong: 20 };
    expect(verdicts({ ...young, shadow: worse })[2]).toBe('inconclusive');
    const silent = { ...noTraffic, shadow: mirrored({}).shadow };
    expect(verdicts(silent)).toEqual(['inconclusive', 'inconclusive', 'pass']);
  });

  it('calls what never happens harmless after enough requests, though it has no ratio', () => {
    const clean = (requests: number) => ({ ...noRequests, requests });
    const errors = (requests: number) =>
      judge({
        tallies: split(0.05, clean(10_000), clean(requests)),
        gates: [{ metric: 'errorRate', worseBy: 0 }],
        minimumRequests: 10,
      });
    expect(errors(60).gates[0]?.proof).toMatchObject({ threshold: 20, below: 2 });
    expect(errors(60).verdict).toBe('inconclusive');
    expect(errors(100).verdict).toBe('pass');
  });

  it('reports a dry run and does not act on it', () => {
    const broken = split(0.05, arm(9_500), { ...arm(500), errors: 100 });
    const look = judge({
      tallies: broken,
      gates: [{ metric: 'errorRate', worseBy: 0, dryRun: true }, ...gates.slice(1)],
    });
    expect(look.gates[0]).toMatchObject({ verdict: 'fail', dryRun: true });
    expect(look.verdict).toBe('pass');
  });

  it.each([
    ['slowRequests', { slow: 60 }],
    ['outOfRange', { outOfRange: 12 }],
    ['recall', { falseNegative: 90 }],
    ['precision', { falsePositive: 90 }],
    ['f1', { wrong: 130 }],
    ['score', { score: { n: 500, mean: 0.4, variance: 0.04 } }],
    ['absoluteError', { absoluteError: { n: 500, mean: 6, variance: 9 } }],
  ] as const)('watches %s too, and blames %j', (metric, harm) => {
    const usual = {
      ...{ slow: 25, outOfRange: 0, truePositive: 40, falseNegative: 35, falsePositive: 40 },
      ...{ score: { n: 500, mean: 0.3, variance: 0.04 }, absoluteError: { n: 500, mean: 4, variance: 9 } },
    };
    const times = (n: number) => ({
      ...{ slow: 25 * n, outOfRange: n, truePositive: 40 * n, falseNegative: 35 * n, falsePositive: 40 * n },
      ...{ score: { ...usual.score, n: 500 * n }, absoluteError: { ...usual.absoluteError, n: 500 * n } },
    });
    const one: RolloutGate[] = [{ metric, worseBy: 0.05 }];
    const stable = { ...arm(9_500), ...times(19) };
    const healthy = judge({ gates: one, tallies: split(0.05, stable, { ...arm(500), ...usual }) });
    expect(healthy.gates[0]?.eValue).toBeLessThan(3);
    const harmed = judge({ gates: one, tallies: split(0.05, stable, { ...arm(500), ...usual, ...harm }) });
    expect(harmed.gates[0]).toMatchObject({ metric, verdict: 'fail' });
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
    expect(code({ ...noTraffic, shadow: { ...noPairs, labelled: 1, onlyShadowWrong: 2 } })).toBe('PRN-ROLLOUT-001');
  });

  it('survives JSON, so that the stored look is the look', () => {
    const look = judge({ tallies: split(0.05, arm(9_500), { ...arm(500), errors: 400 }) });
    expect(JSON.parse(JSON.stringify(look))).toEqual(look);
  });
});

describe('a look at a shadow', () => {
  it('compares answers to the same requests', () => {
    const look = judge({ phase: 'shadow', tallies: mirrored({}) });
    expect(look.verdict).toBe('pass');
    expect(look.gates.every(({ phase }) => phase === 'shadow')).toBe(true);
    expect(gate(look, 'accuracy')).toMatchObject({ n: 400, canary: 0.73 });
    expect(gate(look, 'accuracy').stable).toBeCloseTo(0.7325, 12);
    expect(gate(look, 'classBalance')).toMatchObject({ stable: 0.2, canary: 0.202 });
  });

  it('judges a bake by its own pairs, with the rate for itself', () => {
    const { shadow } = mirrored({ onlyShadowWrong: 60 });
    const tallies = { ...noTraffic, bake: shadow, shadow: noPairs };
    expect(judge({ phase: 'bake', tallies }).verdict).toBe('fail');
    expect(gate(judge({ phase: 'bake', tallies }), 'accuracy').threshold).toBeCloseTo(1 / 0.03, 8);
  });

  it.each([
    ['errorRate', { shadowErrors: 14 }],
    ['latency', { logLatencyRatio: { n: 500, mean: 0.3, variance: 0.1 } }],
    ['accuracy', { onlyShadowWrong: 60 }],
    ['classBalance', { positive: { onlyStable: 60, onlyShadow: 2, both: 40 } }],
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
    expect(look.gates.map(({ verdict }) => verdict)).toEqual(gates.map(() => 'inconclusive'));
  });
});

function judge(input: Partial<LookInput>): ReturnType<typeof judgeLook> {
  return judgeLook({
    rollout: 'r1',
    phase: 'canary',
    weight: 0.05,
    at: '2013-07-01T00:00:00Z',
    tallies: noTraffic,
    gates,
    falseRollbackRate: 0.05,
    minimumRequests: 100,
    ...input,
  });
}

/** 1 % errors, half of the requests labelled, 30 % of them wrong, 20 % predicted positive, 4 ms. */
function arm(requests: number): ArmTally {
  return {
    ...noRequests,
    requests,
    errors: requests * 0.01,
    labelled: requests / 2,
    wrong: requests * 0.15,
    predictedPositive: requests * 0.2,
    logLatency: { n: requests, mean: Math.log(4), variance: 0.25 },
  };
}

function split(share: number, stable: ArmTally, canary: ArmTally): RolloutTallies {
  return { ...noTraffic, strata: [{ share, stable, canary }] };
}

function mirrored(shadow: Partial<PairedTally>): RolloutTallies {
  const alike = { pairs: 500, labelled: 400, onlyStableWrong: 11, onlyShadowWrong: 12, bothWrong: 96 };
  return {
    ...noTraffic,
    shadow: {
      ...{ ...noPairs, ...alike, positive: { onlyStable: 5, onlyShadow: 6, both: 95 } },
      logLatencyRatio: { n: 500, mean: 0, variance: 0.1 },
      ...shadow,
    },
  };
}

function gate(look: { readonly gates: readonly RolloutGateResult[] }, metric: string): RolloutGateResult {
  const found = look.gates.find((result) => result.metric === metric);
  if (!found) throw new Error(`no gate on ${metric}`);
  return found;
}
