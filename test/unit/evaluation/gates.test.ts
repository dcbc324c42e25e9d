import { describe, expect, it } from 'vitest';
import { evaluateCandidates } from '../../../src/evaluation/evaluate.ts';
import { gatherGroupGaps } from '../../../src/evaluation/gates-fairness.ts';
import { scoreShift } from '../../../src/evaluation/gates-shift.ts';
import { rejudge } from '../../../src/evaluation/judge.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';
import type { GateResult } from '../../../src/evaluation/report.ts';
import type { Gate, GateEntry } from '../../../src/plan/schema.ts';

const usual = { confidence: 0.95, dryRun: false } as const;
const low: Gate = { metric: 'auc', atLeast: 0.99, ...usual };
const high: Gate = { metric: 'auc', atLeast: 0.6, ...usual };

describe('any and all', () => {
  it('pass with one condition, or with each, and say what is missing', async () => {
    const [any, all] = await judged([
      { any: [low, high], dryRun: false },
      { all: [low, high], dryRun: false },
    ]);
    expect(any).toMatchObject({ name: 'any of (auc ≥ 0.99; auc ≥ 0.6)', verdict: 'pass', counterfactual: '' });
    expect(all).toMatchObject({ verdict: 'fail', threshold: 'each of 2 conditions' });
    expect(all?.counterfactual).toMatch(/^auc ≥ 0\.99: would pass at ≥ 0\.\d+$/);
    expect(any?.parts?.map(({ verdict }) => verdict)).toEqual(['fail', 'pass']);
  });

  it('hold a condition with slices to each of them', async () => {
    const sliced: Gate = { metric: 'auc', slice: 'terminal', atLeast: 0.6, ...usual };
    const [any] = await judged([{ any: [low, sliced], dryRun: false }]);
    expect(any?.parts?.[1]).toMatchObject({ name: 'auc ≥ 0.6 in each terminal', verdict: 'pass' });
    expect(any?.parts?.[1]?.parts?.map(({ name }) => name)).toEqual([
      'auc ≥ 0.6 in terminal=A',
      'auc ≥ 0.6 in terminal=B',
    ]);
  });

  it('nest, stay undecided while one may still turn out either way, and only report as a dry run', async () => {
    const unknown: Gate = { metric: 'qualityFindings', atMost: 0, ...usual };
    const [mixed, dry] = await judged([
      { any: [low, { all: [high, unknown], dryRun: false }], dryRun: false },
      { all: [low, high], dryRun: true },
    ]);
    expect(mixed?.verdict).toBe('inconclusive');
    expect(mixed?.counterfactual).toContain('no check has looked at the data yet');
    expect(dry?.verdict).toBe('fail');
    const report = await evaluateCandidates(input([{ all: [low, high], dryRun: true }]));
    expect(report.candidates[0]?.verdict).toBe('pass');
  });
});

describe('gates on more than the labels', () => {
  it('compare groups, name the two furthest apart, and leave small ones out', async () => {
    const gates: Gate[] = [
      { metric: 'demographicParity', groups: 'origin', atMost: 0.02, ...usual },
      { metric: 'demographicParity', groups: 'origin', versus: 'champion', by: -0.5, ...usual },
    ];
    const [parity, harm] = await judged(gates);
    expect(parity).toMatchObject({ name: 'demographicParity over origin ≤ 0.02', verdict: 'fail' });
    expect(parity?.value).toBeGreaterThan(0.1);
    expect(parity?.interval?.low).toBeLessThan(parity?.value as number);
    expect(parity?.note).toMatch(/^2 groups, from EWR 0\.\d+ to JFK 0\.\d+; 1 with too few rows left out$/);
    expect(harm).toMatchObject({ name: 'demographicParity over origin vs champion ≤ +0.5', verdict: 'pass' });
  });

  it('equal the definitions on counts that can be counted by hand', () => {
    const rows = 400;
    const label = (row: number) => (row % 4 < 2 ? 1 : 0);
    // Group a: every answer right. Group b: half of the positives missed, a quarter of the negatives taken for positives.
    const answer = (row: number) => {
      if (row < 200) return label(row);
      return label(row) === 1 ? row % 2 : row % 8 === 3 ? 1 : 0;
    };
    const gaps = gatherGroupGaps({
      holdout: {
        task: 'binary-classification',
        labels: Array.from({ length: rows }, (_, row) => label(row)),
        blocks: Array.from({ length: rows }, (_, row) => row % 20),
      },
      column: 'group',
      values: Array.from({ length: rows }, (_, row) => (row < 200 ? 'a' : 'b')),
      scores: [{ rows, width: 1, values: Array.from({ length: rows }, (_, row) => (answer(row) === 1 ? 0.9 : 0.1)) }],
    });
    expect(gaps.gap(0, 'demographicParity')).toBeCloseTo(0.5 - 0.375, 12);
    expect(gaps.gap(0, 'equalOpportunity')).toBeCloseTo(0.5, 12);
    expect(gaps.gap(0, 'equalizedOdds')).toBeCloseTo(0.5, 12);
    expect(gaps.gap(0, 'accuracyGap')).toBeCloseTo(0.375, 12);
  });

  it('measure how far the scores have moved from the champion’s', async () => {
    const gates: Gate[] = [
      { metric: 'scoreKs', atMost: 0.9, ...usual },
      { metric: 'scorePsi', atMost: 0.0001, ...usual },
    ];
    expect((await judged(gates)).map(({ verdict }) => verdict)).toEqual(['pass', 'fail']);
    const first = await evaluateCandidates({ ...input(gates), champion: null });
    expect(first.candidates[0]?.gates[1]).toMatchObject({ verdict: 'pass', threshold: '≤ 0.0001 (no champion yet)' });
    const of = (values: number[]) => ({ rows: values.length, width: 1, values });
    const task = 'regression' as const;
    expect(scoreShift('scoreKs', task, of([1, 2, 3, 4]), of([3, 4, 5, 6]))).toBeCloseTo(0.5, 12);
    expect(scoreShift('scorePsi', task, of([1, 2, 3, 4]), of([4, 3, 2, 1]))).toBeCloseTo(0, 12);
    expect(scoreShift('scorePsi', task, of([1, Number.NaN]), of([1, 2]))).toBeNull();
  });

  it('weigh the file that is served, and ask the data', async () => {
    const gates: Gate[] = [
      { metric: 'modelMb', atMost: 1, ...usual },
      { metric: 'modelMb', versus: 'champion', ...usual },
      { metric: 'trainRows', atLeast: 1000, ...usual },
      { metric: 'missingShare', column: 'wind', atMost: 0.1, ...usual },
    ];
    const results = await judged(gates);
    expect(results.map(({ name, value, verdict }) => [name, value, verdict])).toEqual([
      ['modelMb ≤ 1', 2, 'fail'],
      ['modelMb vs champion ≤ 0', -1, 'pass'],
      ['trainRows ≥ 1000', 5000, 'pass'],
      ['missingShare of wind ≤ 0.1', 0.25, 'fail'],
    ]);
    expect(results[3]?.counterfactual).toBe('would pass at ≤ 0.25');
  });
});

describe('a stored verdict', () => {
  it('follows again from its stored figures, after JSON and back', async () => {
    const results = await judged([
      low,
      high,
      { metric: 'auc', versus: 'champion', by: 0.002, ...usual },
      { any: [low, { metric: 'auc', slice: 'origin', versus: 'champion', by: -0.01, ...usual }], dryRun: false },
      { metric: 'equalOpportunity', groups: 'origin', atMost: 0.5, ...usual },
      { metric: 'scorePsi', atMost: 0.1, ...usual },
      { metric: 'servingP99Ms', atMost: 3, ...usual },
    ]);
    const stored = JSON.parse(JSON.stringify(results)) as GateResult[];
    expect(stored.map(rejudge)).toEqual(results.map(({ verdict }) => verdict));
  });

  it('no longer follows when a figure was changed, and is not guessed at without its basis', async () => {
    const [passed] = await judged([high]);
    expect(rejudge({ ...(passed as GateResult), value: 0.5 })).toBe('fail');
    const { basis: _, ...old } = passed as GateResult;
    expect(rejudge(old)).toBeNull();
  });

  it('says with how many rows the same difference would pass', async () => {
    const [gate] = await judged([{ metric: 'auc', versus: 'champion', by: 0.05, ...usual }]);
    expect(gate?.verdict).toBe('inconclusive');
    expect(gate?.rowsNeeded).toBeGreaterThan(1_200);
    expect(String(gate?.rowsNeeded)).toMatch(/^\d{2}0+$/);
  });
});

async function judged(gates: readonly GateEntry[]): Promise<readonly GateResult[]> {
  const { candidates } = await evaluateCandidates(input(gates));
  return candidates[0]?.gates ?? [];
}

/** 1,200 rows of 20 days; JFK is late more often, three rows of LGA are too few to say anything. The challenger is a little better. */
function input(gates: readonly GateEntry[]): Parameters<typeof evaluateCandidates>[0] {
  const random = seededRandom(4);
  const rows = 1_200;
  const at = Array.from({ length: rows }, (_, row) => row);
  const origin = at.map((row) => (row < 3 ? 'LGA' : row % 2 === 0 ? 'JFK' : 'EWR'));
  const truth = origin.map((name) => (name === 'JFK' ? 0.55 : 0.4) + 0.4 * (random() - 0.5));
  const noise = at.map(() => random() - 0.5);
  const serving = { p50Ms: 1, p99Ms: 4, errors: 0, rows: 300, firstError: null };
  const scored = (skill: number) => ({
    rows,
    width: 1,
    values: truth.map((value, row) => 0.5 + skill * (value - 0.5) + (1 - skill) * 0.6 * (noise[row] as number)),
  });
  return {
    ...{ task: 'binary-classification', model: 'm', run: 'm-r1', snapshot: 's', classes: [0, 1], seed: 1, gates },
    labels: truth.map((value) => (0.5 + 3 * (value - 0.5) > random() ? 1 : 0)),
    blocks: at.map((row) => Math.floor(row / 60)),
    sliceColumns: { origin, terminal: at.map((row) => (row % 3 === 0 ? 'B' : 'A')) },
    facts: { trainRows: 5000, 'missingShare of wind': 0.25 },
    candidates: [
      {
        candidate: 'a',
        version: 2,
        scores: scored(0.75),
        trainerMetrics: {},
        serving: { ...serving, modelBytes: 2e6 },
      },
    ],
    champion: { version: 1, scores: scored(0.62), serving: { ...serving, modelBytes: 3e6 } },
  };
}
