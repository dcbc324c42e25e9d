import { describe, expect, it } from 'vitest';
import { gatherEvidence } from '../../../src/evaluation/evidence.ts';
import { bonferroni, jointFamily } from '../../../src/evaluation/family.ts';
import { standardError } from '../../../src/evaluation/influence.ts';
import { labelSwitches } from '../../../src/evaluation/label-switches.ts';
import { measureRows } from '../../../src/evaluation/metrics.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';

describe('the standard error of an AUC', () => {
  it('is DeLong’s where each row is a block of its own', () => {
    const { labels, scores } = pair(seededRandom(2), 60);
    const rows = Int32Array.from(labels, (_, row) => row);
    const whole = { task: 'binary-classification' as const, classes: [0, 1], labels, weights: null };
    const sets = scores.map((values) => measureRows({ ...whole, scores: values }, { rows, block: rows, blocks: 60 }));
    const [own, other] = sets.map(({ influences }) => influences[0]) as [Float64Array, Float64Array];
    const influence = own.map((value, at) => value - (other[at] as number));
    expect(standardError({ influence }) ** 2).toBeCloseTo(delongVariance(labels, scores), 12);
  });
});

describe('a family of comparisons', () => {
  it('costs nothing when all say the same, as much as Bonferroni when they have nothing in common, and never more', () => {
    const random = seededRandom(4);
    const names = Float64Array.from({ length: 40 }, (_, at) => at);
    const fresh = () => ({ value: 0, names, degrees: 39, influence: names.map(() => random() - 0.5) });
    const same = fresh();
    const alone = jointFamily([same, same, same, same, same], seededRandom(1)).single(0.95);
    expect(alone).toBeGreaterThan(0.94);
    expect(alone).toBeLessThan(0.96);
    const apart = jointFamily(Array.from({ length: 8 }, fresh), seededRandom(1)).single(0.95);
    expect(apart).toBeGreaterThan(0.99);
    expect(apart).toBeLessThanOrEqual(bonferroni(8).single(0.95));
  });

  it('does not count comparisons without any doubt, and calls itself by all of them', () => {
    const names = Float64Array.from({ length: 10 }, (_, at) => at);
    const random = seededRandom(3);
    const known = { value: 0, names, degrees: 9, influence: new Float64Array(10) };
    const doubtful = { ...known, influence: names.map(() => random() - 0.5) };
    const family = jointFamily([known, doubtful, known], seededRandom(1));
    expect(family.size).toBe(3);
    expect(family.single(0.95)).toBeCloseTo(0.95, 12);
  });
});

describe('answers that only one of two classifiers gets right', () => {
  const holdout = (labels: number[]) => ({
    task: 'binary-classification' as const,
    labels,
    classes: [0, 1],
    blocks: labels.map((_, row) => Math.floor(row / 10)),
  });
  const answers = (values: number[]) => ({ rows: values.length, width: 1, values });

  it('are counted and tested exactly', () => {
    const labels = new Array<number>(100).fill(1);
    const challenger = answers(labels.map((_, row) => (row < 12 ? 0.4 : 0.9)));
    const champion = answers(labels.map((_, row) => (row % 10 < 3 && row >= 12 ? 0.2 : 0.8)));
    const found = labelSwitches(holdout(labels), challenger, champion);
    expect(found).toMatchObject({ onlyChallenger: 25, onlyChampion: 12 });
    // The two-sided binomial test of 12 in 37.
    expect(found?.exactP).toBeCloseTo(binomialTwice(12, 37), 12);
    expect(found?.blockP).toBeGreaterThan(0);
  });

  it('of the same model are none', () => {
    const labels = Array.from({ length: 40 }, (_, row) => row % 2);
    const same = answers(labels.map(() => 0.7));
    expect(labelSwitches(holdout(labels), same, same)).toEqual({
      onlyChallenger: 0,
      onlyChampion: 0,
      exactP: 1,
      blockP: 1,
    });
  });
});

describe('weights', () => {
  it('of whole numbers count a row as often, and rows of weight 0 not at all', async () => {
    const { labels, scores } = pair(seededRandom(9), 300);
    const weights = labels.map((_, row) => row % 3);
    const blocks = labels.map((_, row) => Math.floor(row / 30));
    const repeated = labels.flatMap((_, row) => new Array<number>(row % 3).fill(row));
    const gathered = async (rows: number[], weigh: number[] | null) =>
      await gatherEvidence({
        holdout: {
          task: 'binary-classification',
          classes: [0, 1],
          labels: rows.map((row) => labels[row] as number),
          blocks: rows.map((row) => blocks[row] as number),
          weights: weigh,
        },
        rows: Int32Array.from(rows, (_, at) => at),
        scores: scores.map(({ values }) => ({
          rows: rows.length,
          width: 1,
          values: rows.map((row) => values[row] as number),
        })),
      });
    const [weighted, written] = [
      await gathered(
        labels.map((_, row) => row),
        weights,
      ),
      await gathered(repeated, null),
    ];
    for (const [metric, value] of Object.entries(written.metrics(0) ?? {}))
      expect(weighted.metrics(0)?.[metric], metric).toBeCloseTo(value as number, 12);
    const level = { stated: 0.95, single: 0.95 };
    for (const metric of ['auc', 'prAuc', 'logLoss', 'ece'])
      expect(weighted.differenceInterval(0, 1, metric, level)?.low).toBeCloseTo(
        written.differenceInterval(0, 1, metric, level)?.low as number,
        9,
      );
  });
});

function pair(random: () => number, count: number) {
  const labels = Array.from({ length: count }, () => (random() < 0.4 ? 1 : 0));
  const scores = [0.4, 0.2].map((skill) => ({
    rows: count,
    width: 1,
    values: labels.map((label) => Math.round(20 * (skill * label + (1 - skill) * random())) / 20),
  }));
  return { labels, scores };
}

/** Of the difference of two AUCs, straight from the definition: DeLong, DeLong & Clarke-Pearson (1988). */
function delongVariance(labels: readonly number[], scores: readonly { readonly values: readonly number[] }[]): number {
  const of = (label: number) => labels.flatMap((each, row) => (each === label ? [row] : []));
  const [positives, negatives] = [of(1), of(0)];
  const wins = (a: number, b: number): number => (a > b ? 1 : a === b ? 0.5 : 0);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const win = (at: number, p: number, n: number): number =>
    wins(scores[at]?.values[p] as number, scores[at]?.values[n] as number);
  const difference = (p: number, n: number): number => win(0, p, n) - win(1, p, n);
  const byPositive = positives.map((p) => mean(negatives.map((n) => difference(p, n))));
  const byNegative = negatives.map((n) => mean(positives.map((p) => difference(p, n))));
  const variance = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1);
  return variance(byPositive) / positives.length + variance(byNegative) / negatives.length;
}

function binomialTwice(k: number, n: number): number {
  let [sum, term] = [0, 0.5 ** n];
  for (let at = 0; at <= k; at += 1) {
    sum += term;
    term *= (n - at) / (at + 1);
  }
  return 2 * sum;
}
