import { type EvaluationInput, evaluateCandidates } from '../../src/evaluation/evaluate.ts';
import { gatherEvidence } from '../../src/evaluation/evidence.ts';
import { computeMetrics } from '../../src/evaluation/metrics.ts';
import { type Random, seededRandom } from '../../src/evaluation/random.ts';
import { figure, type Row } from '../report/row.ts';
import { simulateHoldout, type World } from './simulated-models.ts';

const gated = ['auc', 'prAuc', 'logLoss', 'brier', 'accuracy'] as const;
const twins = [0.4, 0.4, 0.4, 0.4] as const;

/** Three challengers that are as good as the champion and go wrong elsewhere, five gates each at 95 %: how often any of the 15 calls one better. */
export async function twinRows(runs: number): Promise<Row[]> {
  const worlds: readonly (readonly [string, World])[] = [
    ['14 days', { days: 14, rowsPerDay: 100, dayEffect: 0.2, noise: twins }],
    ['7 days', { days: 7, rowsPerDay: 200, dayEffect: 0.2, noise: twins }],
  ];
  const rows: Row[] = [];
  for (const [name, world] of worlds) {
    const random = seededRandom(31);
    let wrong = 0;
    for (let run = 0; run < runs; run += 1) if ((await passedGates(world, random)).flat().includes(true)) wrong += 1;
    rows.push(
      shareRow(
        `A/A of ${runs} runs, 3 challengers x 5 gates, ${name}: any called better, %`,
        wrong / runs,
        'atMost',
        5,
      ),
    );
  }
  return rows;
}

/** One of the three is better by an AUC of 0.01 on 20,000 rows. */
export async function powerRows(runs: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [days, rowsPerDay] of [
    [28, 715],
    [14, 1_430],
  ] as const) {
    const world: World = { days, rowsPerDay, dayEffect: 0.2, noise: [betterNoise, ...twins.slice(1)] };
    const random = seededRandom(32);
    const gain = meanGain(world, random);
    let found = 0;
    for (let run = 0; run < runs; run += 1) if ((await passedGates(world, random))[0]?.[0]) found += 1;
    rows.push({
      ...shareRow(
        `true gain of 0.01 AUC, 20,000 rows in ${days} days: found in ${runs} runs, %`,
        found / runs,
        'atLeast',
        95,
      ),
      note: `the gain of the long run is ${gain.toFixed(4)}; kept over 3 challengers x 5 gates`,
    });
  }
  return rows;
}

/** Intervals at 95 % of challenger minus champion, over worlds whose days differ. */
export async function coverageRows(runs: number): Promise<Row[]> {
  const noise = [0.3, 0.5];
  const worlds: readonly (readonly [string, World])[] = [
    ['14 days alike', { days: 14, rowsPerDay: 100, dayEffect: 0, noise }],
    ['14 days that differ', { days: 14, rowsPerDay: 200, dayEffect: 0.4, noise }],
    ['30 days that differ', { days: 30, rowsPerDay: 100, dayEffect: 0.4, noise }],
    ['14 days of unequal size', { days: 14, rowsPerDay: 300, unequal: true, dayEffect: 0.4, noise }],
    ['7 days that differ', { days: 7, rowsPerDay: 200, dayEffect: 0.4, noise }],
    ['3 days that differ', { days: 3, rowsPerDay: 400, dayEffect: 0.4, noise }],
  ];
  const rows: Row[] = [];
  for (const [name, world] of worlds) {
    const shares = await coverage(world, runs);
    const [lowest, highest] = [Math.min(...shares), Math.max(...shares)];
    rows.push({
      what: `coverage of 95 % intervals, ${name}, ${runs} runs, %, over ${measured.join(', ')}`,
      goal: '93 to 97',
      ours: figure(shares),
      peer: null,
      ratio: null,
      // Two standard errors of the simulation itself.
      holds:
        lowest >= 93 - 200 * Math.sqrt((0.05 * 0.95) / runs) && highest <= 97 + 200 * Math.sqrt((0.05 * 0.95) / runs),
      note: measured.map((metric, at) => `${metric} ${shares[at]?.toFixed(1)}`).join(', '),
    });
  }
  return rows;
}

const measured = ['auc', 'prAuc', 'accuracy', 'f1', 'logLoss', 'brier'] as const;
/** With which the AUC is better by 0.01. */
const betterNoise = 0.17;

async function coverage(world: World, runs: number): Promise<number[]> {
  const random = seededRandom(33);
  const truth = await longRun(world, random);
  const covered = measured.map(() => 0);
  for (let run = 0; run < runs; run += 1) {
    const { holdout, scores, rows } = simulateHoldout(world, random);
    const evidence = await gatherEvidence({ holdout, rows, scores });
    measured.forEach((metric, at) => {
      const interval = evidence.differenceInterval(0, 1, metric, { stated: 0.95, single: 0.95 });
      const value = truth[at] as number;
      if (interval && interval.low <= value && value <= interval.high) covered[at] = (covered[at] as number) + 1;
    });
  }
  return covered.map((count) => (100 * count) / runs);
}

/** What the two models differ by over very many days, by metric. */
async function longRun(world: World, random: Random): Promise<number[]> {
  const many = { ...world, days: 4_000, rowsPerDay: 60 };
  const draws = Array.from({ length: 6 }, () => differences(many, random));
  return measured.map((_, at) => draws.reduce((sum, draw) => sum + (draw[at] as number), 0) / draws.length);
}

function differences(world: World, random: Random): number[] {
  const { holdout, scores } = simulateHoldout(world, random);
  const [own, other] = scores.map((values) => computeMetrics('binary-classification', holdout.labels, values, [0, 1]));
  return measured.map((metric) => (own?.[metric] ?? Number.NaN) - (other?.[metric] ?? Number.NaN));
}

function meanGain(world: World, random: Random): number {
  const many = { ...world, days: 4_000, rowsPerDay: 60, noise: [betterNoise, 0.4] };
  return Array.from({ length: 6 }, () => differences(many, random)[0] as number).reduce((sum, one) => sum + one, 0) / 6;
}

/** Whether each gate of each challenger passed. */
async function passedGates(world: World, random: Random): Promise<boolean[][]> {
  const { holdout, scores } = simulateHoldout(world, random);
  const serving = { p50Ms: 1, p99Ms: 2, errors: 0, rows: 100, firstError: null };
  const gates: EvaluationInput['gates'] = gated.map((metric) => ({
    ...{ metric, versus: 'champion', by: 0, confidence: 0.95, dryRun: false },
  }));
  const { candidates } = await evaluateCandidates({
    ...{ ...holdout, model: 'm', run: 'm-r1', snapshot: 's', sliceColumns: {}, gates, seed: 1 },
    candidates: [0, 1, 2].map((at) => ({
      ...{ candidate: `c${at}`, version: at + 2, scores: scores[at] ?? null, trainerMetrics: {}, serving },
    })),
    champion: { version: 1, scores: scores[3] ?? null, serving },
  });
  return candidates.map((candidate) => candidate.gates.map(({ verdict }) => verdict === 'pass'));
}

function shareRow(what: string, share: number, side: 'atMost' | 'atLeast', percent: number): Row {
  const value = 100 * share;
  const holds = side === 'atMost' ? value <= percent : value >= percent;
  const goal = `${side === 'atMost' ? '<=' : '>='} ${percent}`;
  return { what, goal, ours: figure([value]), peer: null, ratio: null, holds };
}
