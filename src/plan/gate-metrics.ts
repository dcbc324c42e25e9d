import type { Task } from './schema.ts';
import type { Gate, GateEntry } from './schema-gates.ts';

/** What a gate's metric is measured on; each family has other keys that make sense beside it. */
export type GateFamily = 'fairness' | 'shift' | 'size' | 'data';

const fairness: Readonly<Record<Task, readonly string[]>> = {
  'binary-classification': ['demographicParity', 'equalOpportunity', 'equalizedOdds', 'accuracyGap'],
  'multiclass-classification': ['accuracyGap'],
  regression: ['maeGap'],
};

/** Between the answers of challenger and champion on the same rows: needs no label. Of several classes only the predicted ones are compared. */
const shift: Readonly<Record<Task, readonly string[]>> = {
  'binary-classification': ['scorePsi', 'scoreKs'],
  'multiclass-classification': ['scorePsi'],
  regression: ['scorePsi', 'scoreKs'],
};

const size: readonly string[] = ['modelMb'];

/** Facts of the snapshot, and of the newest check of the model's data. */
const data: readonly string[] = [
  'trainRows',
  'validationRows',
  'holdoutRows',
  'unlabelledRows',
  'missingDays',
  'missingShare',
  'qualityFindings',
  'criticalFindings',
  'leaks',
];

/** Metrics that only gates know, beside those of the labels and of serving. */
export function gateOnlyMetrics(task: Task): readonly string[] {
  return [...fairness[task], ...shift[task], ...size, ...data];
}

/** Null for metrics of the labels, of serving, and those that a stage defines itself. */
export function gateFamily(metric: string): GateFamily | null {
  if (Object.values(fairness).some((names) => names.includes(metric))) return 'fairness';
  if (Object.values(shift).some((names) => names.includes(metric))) return 'shift';
  if (size.includes(metric)) return 'size';
  return data.includes(metric) ? 'data' : null;
}

/** The largest value that such a metric can have. */
export function gateOnlyCeiling(metric: string): number {
  const share = gateFamily(metric) === 'fairness' || metric === 'scoreKs' || metric === 'missingShare';
  return share && metric !== 'maeGap' ? 1 : Number.POSITIVE_INFINITY;
}

/** The conditions in a list of gates, those inside "any" and "all" included. */
export function conditionsOf(gates: readonly GateEntry[]): Gate[] {
  return gates.flatMap((gate) => ('metric' in gate ? [gate] : conditionsOf('any' in gate ? gate.any : gate.all)));
}
