import { describe, expect, it } from 'vitest';
import { type EvaluationInput, evaluateCandidates } from '../../../src/evaluation/evaluate.ts';
import type { ScoresLike } from '../../../src/evaluation/metric-set.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';
import type { CandidateEvaluation, ServingResult } from '../../../src/evaluation/report.ts';
import type { Gate } from '../../../src/plan/schema.ts';

const serving: ServingResult = { p50Ms: 1, p99Ms: 4, errors: 0, rows: 2_000, firstError: null };
const better: Gate = { metric: 'auc', versus: 'champion', by: 0.002, confidence: 0.95, dryRun: false };

describe('a challenger beside the champion', () => {
  it('passes when the whole interval reaches the margin', async () => {
    const [found] = await evaluate({ challengers: [0.6], champion: 0.4, gates: [better] });
    expect(found?.verdict).toBe('pass');
    expect(found?.gates[0]).toMatchObject({
      name: 'auc vs champion ≥ +0.002',
      threshold: '≥ +0.002 with 95 % confidence',
      verdict: 'pass',
      counterfactual: '',
      n: 2_000,
    });
    expect(found?.gates[0]?.interval?.low).toBeGreaterThanOrEqual(0.002);
  });

  it('is inconclusive when the point reaches the margin and the interval does not, and says what it would pass', async () => {
    const [found] = await evaluate({ challengers: [0.5], champion: 0.4, gates: [better], rows: 400 });
    const gate = found?.gates[0];
    expect(gate?.value).toBeGreaterThan(0.002);
    expect(gate?.interval?.low).toBeLessThan(0.002);
    expect(gate?.verdict).toBe('inconclusive');
    expect(gate?.counterfactual).toMatch(/^would pass at ≥ −0\.\d+$/);
    const by = Number(gate?.counterfactual.replace('would pass at ≥ −', '-'));
    const [again] = await evaluate({ challengers: [0.5], champion: 0.4, gates: [{ ...better, by }], rows: 400 });
    expect(again?.verdict).toBe('pass');
  });

  it('fails when even the point misses the margin, also a negative one', async () => {
    const [found] = await evaluate({ challengers: [0.3], champion: 0.5, gates: [better, { ...better, by: -0.01 }] });
    expect(found?.gates.map(({ verdict }) => verdict)).toEqual(['fail', 'fail']);
    expect(found?.gates[1]?.name).toBe('auc vs champion ≥ −0.01');
  });

  it('passes a non-inferiority gate but no superiority gate when it is the same model', async () => {
    const gates = [better, { ...better, by: -0.01 }, { ...better, by: 0 }];
    const input = makeInput({ challengers: [0.5], champion: 0.5, gates });
    const same = { ...input, champion: { version: 1, scores: input.candidates[0]?.scores ?? null, serving } };
    const { candidates } = await evaluateCandidates(same);
    expect(candidates[0]?.gates.map(({ verdict }) => verdict)).toEqual(['fail', 'pass', 'fail']);
    expect(candidates[0]?.gates[2]?.counterfactual).toBe('no better than the champion: the same on all of these rows');
    expect(candidates[0]?.gates[1]?.interval).toEqual({ low: 0, high: 0, confidence: 0.95 });
  });

  it('turns the comparison round where less is better', async () => {
    const [found] = await evaluate({
      challengers: [0.6],
      champion: 0.3,
      gates: [{ ...better, metric: 'brier', by: 0.001 }],
    });
    expect(found?.gates[0]).toMatchObject({ name: 'brier vs champion ≤ −0.001', verdict: 'pass' });
    expect(found?.gates[0]?.value).toBeLessThan(-0.001);
  });

  it('passes without a champion, and is inconclusive when the champion failed on the rows', async () => {
    const [first] = await evaluate({ challengers: [0.5], champion: null, gates: [better] });
    expect(first?.gates[0]).toMatchObject({
      verdict: 'pass',
      threshold: '≥ +0.002 with 95 % confidence (no champion yet)',
    });
    const input = makeInput({ challengers: [0.5], champion: 0.5, gates: [better] });
    const report = await evaluateCandidates({ ...input, champion: { version: 1, scores: null, serving } });
    expect(report.candidates[0]?.gates[0]).toMatchObject({ verdict: 'inconclusive', interval: null });
    expect(report.champion?.metrics.auc).toBeNull();
  });

  it('holds the stated confidence over several challengers together', async () => {
    const one = await evaluate({ challengers: [0.6], champion: 0.4, gates: [better] });
    const three = await evaluate({ challengers: [0.6, 0.5, 0.55], champion: 0.4, gates: [better] });
    const [narrow, wide] = [one[0]?.gates[0], three[0]?.gates[0]];
    expect(wide?.interval?.low).toBeLessThan(narrow?.interval?.low as number);
    expect(wide?.threshold).toBe('≥ +0.002 with 95 % confidence, kept over 3 comparisons together');
    expect(wide?.interval?.confidence).toBe(0.95);
  });
});

describe('absolute and serving gates', () => {
  const bound = { confidence: 0.95, dryRun: false };

  it('compare the value and say where they would pass', async () => {
    const gates: Gate[] = [
      { metric: 'auc', atLeast: 0.99, ...bound },
      { metric: 'classBalance', between: [0.99, 1], ...bound },
      { metric: 'servingP99Ms', atMost: 3, ...bound },
      { metric: 'servingErrors', atMost: 0, ...bound },
    ];
    const [found] = await evaluate({ challengers: [0.4], champion: null, gates });
    expect(found?.gates.map(({ verdict }) => verdict)).toEqual(['fail', 'fail', 'fail', 'pass']);
    expect(found?.gates.map(({ name }) => name)).toEqual([
      'auc ≥ 0.99',
      'classBalance between 0.99 and 1',
      'servingP99Ms ≤ 3',
      'servingErrors ≤ 0',
    ]);
    expect(found?.gates[2]?.counterfactual).toBe('would pass at ≤ 4');
    expect(found?.gates[1]?.counterfactual).toMatch(/^would pass between 0\.\d+ and 1$/);
    const reached = Number(found?.gates[0]?.counterfactual.replace('would pass at ≥ ', ''));
    expect(reached).toBeLessThanOrEqual(found?.metrics.auc as number);
    expect(reached).toBeGreaterThan((found?.metrics.auc as number) - 0.002);
  });

  it('fail a model that did not answer every row, and keep its metrics empty', async () => {
    const input = makeInput({
      challengers: [0.5],
      champion: 0.5,
      gates: [{ metric: 'auc', atLeast: 0.5, ...bound }, better],
    });
    const broken = input.candidates.map((candidate) => ({ ...candidate, scores: null }));
    const { candidates, winner } = await evaluateCandidates({ ...input, candidates: broken });
    expect(candidates[0]?.metrics.auc).toBeNull();
    expect(candidates[0]?.gates.map(({ verdict }) => verdict)).toEqual(['fail', 'fail']);
    expect(candidates[0]?.gates[0]?.threshold).toBe('≥ 0.5, with an answer for every row');
    expect(winner).toBeNull();
  });

  it('are inconclusive on too little data, whatever the value', async () => {
    const gates: Gate[] = [{ metric: 'auc', atLeast: 0.1, ...bound }, better];
    const [few] = await evaluate({ challengers: [0.6], champion: 0.1, gates, rows: 99 });
    expect(few?.gates.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'inconclusive']);
    expect(few?.gates[0]?.counterfactual).toBe('needs 100 rows, has 99');
    const input = makeInput({ challengers: [0.6], champion: 0.1, gates });
    const oneClass = await evaluateCandidates({ ...input, labels: input.blocks.map(() => 1) });
    expect(oneClass.candidates[0]?.verdict).toBe('inconclusive');
  });

  it('report a dry run and do not act on it', async () => {
    const gates: Gate[] = [{ metric: 'auc', atLeast: 0.99, ...bound, dryRun: true }];
    const [found] = await evaluate({ challengers: [0.4], champion: null, gates });
    expect(found).toMatchObject({ verdict: 'pass', gates: [{ verdict: 'fail' }] });
  });

  it('refuse unknown metrics, gates without a bound and columns that are not there', async () => {
    const code = async (gate: Partial<Gate>) =>
      evaluate({ challengers: [0.5], champion: null, gates: [{ metric: 'auc', ...bound, ...gate }] }).then(
        () => 'none',
        (error: { code: string }) => error.code,
      );
    expect(await code({ metric: 'rmse', atMost: 1 })).toBe('PRN-EVALUATION-001');
    expect(await code({})).toBe('PRN-EVALUATION-003');
    expect(await code({ metric: 'classBalance', versus: 'champion' })).toBe('PRN-EVALUATION-003');
    expect(await code({ atLeast: 0, slice: 'nowhere' })).toBe('PRN-EVALUATION-004');
  });
});

describe('slices', () => {
  const gate: Gate = { metric: 'auc', slice: 'origin', versus: 'champion', by: -0.01, confidence: 0.95, dryRun: false };

  it('must each hold the gate', async () => {
    const origin = (row: number): string => (row % 4 === 0 ? 'EWR' : 'JFK');
    const [found] = await evaluate({
      champion: 0.5,
      gates: [gate],
      sliceColumns: { origin },
      challengers: [(row: number) => (origin(row) === 'EWR' ? 0.1 : 0.7)],
    });
    expect(found?.gates.map(({ name, verdict, n }) => ({ name, verdict, n }))).toEqual([
      { name: 'auc vs champion ≥ −0.01 in origin=JFK', verdict: 'pass', n: 1_500 },
      { name: 'auc vs champion ≥ −0.01 in origin=EWR', verdict: 'fail', n: 500 },
    ]);
    expect(found?.verdict).toBe('fail');
    expect(found?.slices.map(({ value, n }) => [value, n])).toEqual([
      ['JFK', 1_500],
      ['EWR', 500],
    ]);
    expect(found?.slices[0]?.comparisons[0]).toMatchObject({ metric: 'auc', interval: { confidence: 0.95 } });
  });

  it('too small to judge are judged together, and are inconclusive if that is still too little', async () => {
    const many = (row: number): string | null => (row < 1_700 ? 'big' : row % 20 === 0 ? null : `s${row % 20}`);
    const [pooled] = await evaluate({
      challengers: [0.7],
      champion: 0.4,
      gates: [gate],
      sliceColumns: { origin: many },
    });
    expect(pooled?.gates.map(({ name, verdict, n }) => [name.split(' in ')[1], verdict, n])).toEqual([
      ['origin=big', 'pass', 1_700],
      ['origin=(20 small values)', 'pass', 300],
    ]);
    const one = (row: number): string | null => (row < 1_950 ? 'big' : null);
    const [thin] = await evaluate({ challengers: [0.7], champion: 0.4, gates: [gate], sliceColumns: { origin: one } });
    expect(thin?.gates[1]).toMatchObject({ verdict: 'inconclusive', n: 50, counterfactual: 'needs 100 rows, has 50' });
    expect(thin?.gates[1]?.name).toContain('origin=(missing)');
    expect(thin?.verdict).toBe('inconclusive');
  });
});

describe('the report', () => {
  it('names the best passing candidate the winner', async () => {
    const gates: Gate[] = [{ metric: 'auc', atLeast: 0.5, confidence: 0.95, dryRun: false }];
    const report = await evaluateCandidates(makeInput({ challengers: [0.4, 0.6, 0.5], champion: 0.4, gates }));
    expect(report.winner).toEqual({ candidate: 'c1', version: 11 });
    expect(report.candidates.map(({ comparisons }) => comparisons.length)).toEqual([16, 16, 16]);
    const none = await evaluateCandidates(
      makeInput({ challengers: [0.4], champion: 0.4, gates: [{ ...better, by: 0.5 }] }),
    );
    expect(none.winner).toBeNull();
  });

  it('is the same for the same input, byte for byte, whoever else is asked to work in between', async () => {
    const input = makeInput({
      challengers: [0.6, 0.5],
      champion: 0.4,
      gates: [better],
      sliceColumns: { origin: (row) => row % 3 },
    });
    let yields = 0;
    const yieldNow = async (): Promise<void> => {
      yields += 1;
    };
    const [first, second] = [await evaluateCandidates(input), await evaluateCandidates({ ...input, yieldNow })];
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    expect(yields).toBeGreaterThan(5);
  });

  it('judges regression and multiclass models by the same rules', async () => {
    const random = seededRandom(3);
    const labels = Array.from({ length: 600 }, () => 10 + random());
    const near = { rows: 600, width: 1, values: labels.map((label) => label + 0.1 * random()) };
    const far = { rows: 600, width: 1, values: labels.map((label) => label + 0.5 * random()) };
    const gates: Gate[] = [{ metric: 'rmse', versus: 'champion', by: 0.05, confidence: 0.95, dryRun: false }];
    const base = {
      ...makeInput({ challengers: [0.5], champion: null, gates }),
      task: 'regression' as const,
      classes: [],
      labels,
    };
    const candidates = [{ candidate: 'near', version: 2, scores: near, trainerMetrics: {}, serving }];
    const blocks = labels.map((_, row) => Math.floor(row / 50));
    const report = await evaluateCandidates({
      ...base,
      blocks,
      candidates,
      champion: { version: 1, scores: far, serving },
    });
    expect(report.winner).toEqual({ candidate: 'near', version: 2 });
  });
});

describe('versions with decision thresholds of their own', () => {
  const gates: Gate[] = [
    { metric: 'accuracy', versus: 'champion', by: -0.05, confidence: 0.95, dryRun: false },
    { metric: 'f1', slice: 'origin', versus: 'champion', by: 0, confidence: 0.95, dryRun: false },
    { metric: 'equalizedOdds', groups: 'origin', atMost: 0.4, confidence: 0.95, dryRun: false },
    { metric: 'accuracyGap', groups: 'origin', versus: 'champion', by: 0, confidence: 0.95, dryRun: false },
  ];
  const sliceColumns = { origin: (row: number) => (row % 4 === 0 ? 'EWR' : 'JFK') };
  const decided = ['accuracy', 'precision', 'recall', 'f1', 'classBalance', 'macroF1', 'weightedPrecision'];

  it('are judged by what they answer: gates, slices, groups, intervals and switched labels', async () => {
    const input = makeInput({ challengers: [0.5], champion: 0.4, gates, sliceColumns });
    const own = await evaluateCandidates(withScores(input, (scores, yesFrom) => ({ ...scores, yesFrom })));
    // The same answers, said with probabilities on either side of a half.
    const plain = await evaluateCandidates(
      withScores(input, (scores, yesFrom) => ({
        ...scores,
        values: Array.from(scores.values, (p) => (p >= yesFrom ? 0.75 : 0.25)),
      })),
    );
    const [found, expected] = [own.candidates[0], plain.candidates[0]];
    expect(found?.gates).toEqual(expected?.gates);
    expect(found?.labelSwitches).toEqual(expected?.labelSwitches);
    // Bounds of shown tables depend on all their metrics, rankings included; those of gates have been compared.
    const figures = ({ comparisons }: { readonly comparisons: CandidateEvaluation['comparisons'] }) =>
      comparisons
        .filter(({ metric }) => decided.includes(metric))
        .map(({ challenger, champion }) => [challenger, champion]);
    expect(found?.slices.map(figures)).toEqual(expected?.slices.map(figures));
    expect(found && figures(found)).toEqual(expected && figures(expected));
    const { labelSwitches, ...half } = (await evaluateCandidates(input)).candidates[0] as CandidateEvaluation;
    expect(labelSwitches).not.toEqual(found?.labelSwitches);
    expect(half.metrics.accuracy).not.toBe(found?.metrics.accuracy);
    expect(half.metrics.auc).toBe(found?.metrics.auc);
  });

  it('are named in the evidence, and those without one are not', async () => {
    const input = makeInput({ challengers: [0.5], champion: 0.4, gates: [better] });
    const { champion, candidates } = await evaluateCandidates(
      withScores(input, (scores, yesFrom) => ({ ...scores, yesFrom })),
    );
    expect([candidates[0]?.yesFrom, champion?.yesFrom]).toEqual([0.3125, 0.40625]);
    expect(JSON.stringify(await evaluateCandidates(input))).not.toContain('yesFrom');
  });

  function withScores(
    input: EvaluationInput,
    change: (scores: ScoresLike, yesFrom: number) => ScoresLike,
  ): EvaluationInput {
    const { candidates, champion } = input;
    return {
      ...input,
      candidates: candidates.map((one) => ({ ...one, scores: one.scores && change(one.scores, 0.3125) })),
      champion: champion && { ...champion, scores: champion.scores && change(champion.scores, 0.40625) },
    };
  }
});

type Skill = number | ((row: number) => number);

interface Scene {
  readonly challengers: readonly Skill[];
  readonly champion: Skill | null;
  readonly gates: readonly Gate[];
  readonly rows?: number;
  readonly sliceColumns?: Readonly<Record<string, (row: number) => string | number | null>>;
}

async function evaluate(scene: Scene): Promise<readonly CandidateEvaluation[]> {
  return (await evaluateCandidates(makeInput(scene))).candidates;
}

/** Scores are a mix of the label and noise of their own: more skill, more label. */
function makeInput({
  challengers,
  champion,
  gates,
  rows = 2_000,
  sliceColumns = {},
}: Scene): EvaluationInput & { readonly blocks: number[] } {
  const random = seededRandom(1);
  const labels = Array.from({ length: rows }, () => (random() < 0.3 ? 1 : 0));
  const score = (skill: Skill, seed: number) => {
    const noise = seededRandom(seed);
    const values = labels.map((label, row) => {
      const own = typeof skill === 'number' ? skill : skill(row);
      return own * label * 0.6 + (1 - own * 0.6) * noise();
    });
    return { rows, width: 1, values };
  };
  return {
    model: 'm',
    run: 'm-r1',
    snapshot: 's',
    task: 'binary-classification',
    labels,
    classes: [0, 1],
    blocks: labels.map((_, row) => Math.floor((row * 14) / rows)),
    sliceColumns: Object.fromEntries(
      Object.entries(sliceColumns).map(([name, of]) => [name, labels.map((_, row) => of(row))]),
    ),
    candidates: challengers.map((skill, at) => ({
      candidate: `c${at}`,
      version: 10 + at,
      scores: score(skill, 20 + at),
      trainerMetrics: { auc: 0.9 },
      serving,
    })),
    champion: champion === null ? null : { version: 1, scores: score(champion, 2), serving },
    gates,
    seed: 42,
  };
}
