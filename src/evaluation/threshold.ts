import { conditionsOf } from '../plan/gate-metrics.ts';
import type { GateEntry } from '../plan/schema-gates.ts';

/** What a decision is best measured by: of all answers the right ones, the harmonic mean of precision and recall, or of both classes the share found. */
export type ThresholdMetric = 'accuracy' | 'f1' | 'balancedAccuracy';

/** From which probability of the second class on the answer is that class. */
export interface DecisionThreshold {
  readonly threshold: number;
  readonly metric: ThresholdMetric;
  /** On the rows that it was chosen on. */
  readonly value: number;
  /** The same with a threshold of a half. */
  readonly atHalf: number;
  /** With a known label. */
  readonly rows: number;
}

/**
 * From which probability on a version says yes; undefined: above a half. A threshold that no gate has asked for is advice: it stands with the
 * version, and decides nothing.
 */
export function decidesFrom(
  chosen: Pick<DecisionThreshold, 'threshold' | 'metric'> | null | undefined,
): number | undefined {
  return chosen && chosen.metric !== 'balancedAccuracy' ? chosen.threshold : undefined;
}

/** The first gate that depends on a threshold says by what; where none does, finding both classes equally well. */
export function thresholdMetricOf(gates: readonly GateEntry[]): ThresholdMetric {
  for (const { metric } of conditionsOf(gates)) {
    if (metric === 'accuracy') return 'accuracy';
    // Precision or recall alone are best where one answer is never given.
    if (/^(f1|precision|recall|macro.+|weighted.+)$/.test(metric)) return 'f1';
  }
  return 'balancedAccuracy';
}

/**
 * The threshold with the best value of a metric; of equally good ones that nearest to a half. It lies in the middle between two
 * probabilities, so that a last bit decides nothing.
 * @param labels 0 or 1; NaN: unknown, left out
 * @param probabilities of class 1
 * @returns null where only one class has labels
 */
export function chooseThreshold(
  labels: Float64Array,
  probabilities: ArrayLike<number>,
  metric: ThresholdMetric,
): DecisionThreshold | null {
  const known = [...labels.keys()].filter((row) => !Number.isNaN(labels[row]) && Number.isFinite(probabilities[row]));
  const order = known.sort((a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0));
  const positives = order.reduce((sum, row) => sum + (labels[row] ?? 0), 0);
  const counts = { rows: order.length, positives };
  if (positives === 0 || positives === order.length) return null;
  const highest = probabilities[order[0] ?? -1] ?? 1;
  let atHalf = metricAt(metric, { ...counts, found: 0, called: 0 });
  // Above all of them the answer is never yes.
  let best = { threshold: (highest + 1) / 2, value: highest < 1 ? atHalf : Number.NEGATIVE_INFINITY };
  let found = 0;
  for (const [at, row] of order.entries()) {
    found += labels[row] ?? 0;
    const [here, next] = [probabilities[row] ?? 0, probabilities[order[at + 1] ?? -1] ?? 0];
    if (here === next && at + 1 < order.length) continue;
    const value = metricAt(metric, { ...counts, found, called: at + 1 });
    if (here >= 0.5) atHalf = value;
    const threshold = (here + next) / 2;
    const nearer = Math.abs(threshold - 0.5) < Math.abs(best.threshold - 0.5);
    if (value > best.value || (value === best.value && nearer)) best = { threshold, value };
  }
  return { ...best, metric, atHalf, rows: order.length };
}

function metricAt(
  metric: ThresholdMetric,
  of: { readonly rows: number; readonly positives: number; readonly found: number; readonly called: number },
): number {
  const { rows, positives, found, called } = of;
  const negatives = rows - positives;
  const spared = negatives - (called - found);
  if (metric === 'accuracy') return (found + spared) / rows;
  if (metric === 'f1') return (2 * found) / (called + positives);
  return (found / positives + spared / negatives) / 2;
}
