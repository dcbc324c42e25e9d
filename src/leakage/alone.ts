import type { Task } from '../plan/schema.ts';
import type { BinTally } from './leakage.ts';

/** How well one feature by itself predicts the label, on rows that its score was not learnt from. */
export interface Alone {
  readonly part: 'training' | 'holdout';
  /** Area under the ROC curve, of several classes the best against the rest; of a regression R². */
  readonly strength: number;
  readonly n: number;
}

/** Fewer rows than this, or than so many of each class, and a good score may be luck. */
const [leastRows, leastOfClass] = [100, 20];

/** Its better part, or null where there are too few rows to say. */
export function predictsAlone(task: Task, bins: readonly BinTally[]): Alone | null {
  const parts = (['training', 'holdout'] as const).flatMap((part) => {
    const judged = bins.filter((bin) => bin.part === part);
    const n = rowsOf(judged);
    if (n < leastRows) return [];
    const learnt = bins.filter((bin) => bin.part === 'learn');
    const strength = task === 'regression' ? explained(learnt, judged) : bestArea(learnt, judged);
    return strength === null ? [] : [{ part, strength, n }];
  });
  return parts.reduce<Alone | null>((best, one) => (best === null || one.strength > best.strength ? one : best), null);
}

/** Rows of one value that all have one label, which in as many rows of any value would never happen. */
export interface Decided {
  readonly bin: string;
  readonly label: string;
  readonly n: number;
  readonly share: number;
}

const [leastDecided, leastDecidedShare, byChance] = [100, 0.01, 1e-9];

/** The largest value that decides the label in every row; only of classifications. */
export function decidedValue(bins: readonly BinTally[]): Decided | null {
  const labels = totals(bins, ({ label }) => label);
  const all = rowsOf(bins);
  const found: Decided[] = [];
  for (const [bin, n] of totals(bins, (one) => one.bin)) {
    const own = totals(
      bins.filter((one) => one.bin === bin),
      ({ label }) => label,
    );
    const [only] = [...own].filter(([, count]) => count > 0);
    if (!only || own.size !== 1 || n < leastDecided || n / all < leastDecidedShare) continue;
    const chance = (labels.get(only[0]) ?? 0) / all;
    if (chance ** n < byChance && chance < 0.95) found.push({ bin, label: only[0], n, share: n / all });
  }
  return found.toSorted((a, b) => b.n - a.n)[0] ?? null;
}

function bestArea(learnt: readonly BinTally[], judged: readonly BinTally[]): number | null {
  const sizes = totals(judged, ({ label }) => label);
  const all = rowsOf(judged);
  const areas = [...sizes].flatMap(([label, n]) =>
    n < leastOfClass || all - n < leastOfClass ? [] : [areaOf(label, learnt, judged)],
  );
  return areas.length === 0 ? null : Math.max(...areas);
}

/** Bins in the order of how often they had the label when learnt; what they hold of it and of the rest gives the area. */
function areaOf(label: string, learnt: readonly BinTally[], judged: readonly BinTally[]): number {
  const rates = ratesOf(label, learnt);
  const usual = rowsOf(learnt.filter((one) => one.label === label)) / Math.max(1, rowsOf(learnt));
  const groups = new Map<number, { positives: number; negatives: number }>();
  for (const { bin, label: own, n } of judged) {
    const rate = rates.get(bin) ?? usual;
    const group = groups.get(rate) ?? { positives: 0, negatives: 0 };
    if (own === label) group.positives += n;
    else group.negatives += n;
    groups.set(rate, group);
  }
  let [positives, negatives, area] = [0, 0, 0];
  for (const [, group] of [...groups].toSorted(([a], [b]) => b - a)) {
    area += group.negatives * (positives + group.positives / 2);
    positives += group.positives;
    negatives += group.negatives;
  }
  return area / (positives * negatives);
}

function ratesOf(label: string, learnt: readonly BinTally[]): Map<string, number> {
  const all = totals(learnt, ({ bin }) => bin);
  const own = totals(
    learnt.filter((one) => one.label === label),
    ({ bin }) => bin,
  );
  return new Map([...all].map(([bin, n]) => [bin, (own.get(bin) ?? 0) / n]));
}

/** R² of each bin's mean as it was learnt. */
function explained(learnt: readonly BinTally[], judged: readonly BinTally[]): number | null {
  const means = new Map(learnt.map(({ bin, sum, n }) => [bin, sum / n]));
  const usual = learnt.reduce((sum, one) => sum + one.sum, 0) / Math.max(1, rowsOf(learnt));
  const n = rowsOf(judged);
  const mean = judged.reduce((sum, one) => sum + one.sum, 0) / n;
  let [wrong, varied] = [0, 0];
  for (const { bin, n: rows, sum, sumOfSquares } of judged) {
    const guess = means.get(bin) ?? usual;
    wrong += sumOfSquares - 2 * guess * sum + rows * guess * guess;
    varied += sumOfSquares - 2 * mean * sum + rows * mean * mean;
  }
  return varied > 0 ? 1 - wrong / varied : null;
}

function rowsOf(bins: readonly BinTally[]): number {
  return bins.reduce((sum, { n }) => sum + n, 0);
}

function totals(bins: readonly BinTally[], key: (bin: BinTally) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const bin of bins) counts.set(key(bin), (counts.get(key(bin)) ?? 0) + bin.n);
  return counts;
}
