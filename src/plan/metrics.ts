import { gateFamily, gateOnlyCeiling, gateOnlyMetrics } from './gate-metrics.ts';
import type { Task } from './schema.ts';

/** Over the classes: each the same (macro), or by how much of it occurs (weighted). */
export const averagedNames = [
  'macroPrecision',
  'macroRecall',
  'macroF1',
  'weightedPrecision',
  'weightedRecall',
  'weightedF1',
] as const;

const quality: Readonly<Record<Task, readonly string[]>> = {
  'binary-classification': [
    'auc',
    'prAuc',
    'accuracy',
    'precision',
    'recall',
    'f1',
    'logLoss',
    'brier',
    'ece',
    'classBalance',
    ...averagedNames,
  ],
  'multiclass-classification': ['accuracy', ...averagedNames, 'logLoss', 'brier', 'ece', 'auc', 'prAuc'],
  regression: ['mae', 'rmse', 'r2', 'mape', 'pinball10', 'pinball50', 'pinball90'],
};

/** Those that a check can follow from day to day, out of the counts and sums that it keeps. */
const watched: Readonly<Record<Task, readonly string[]>> = {
  'binary-classification': quality['binary-classification'].filter(
    (metric) => !averagedNames.some((one) => one === metric),
  ),
  'multiclass-classification': ['accuracy', 'macroF1', 'logLoss'],
  regression: ['mae', 'rmse', 'r2', 'mape'],
};

/** Measured by answering requests rather than from labels; they have no slices. */
export const servingMetrics: readonly string[] = ['servingP50Ms', 'servingP99Ms', 'servingErrors'];

/** Metrics of predictions against labels, by task. */
export function qualityMetrics(task: Task): readonly string[] {
  return quality[task];
}

/** Metrics that a check can watch, by task. */
export function watchedMetrics(task: Task): readonly string[] {
  return watched[task];
}

/** What the built-in trainers report on the validation part, for a sweep to optimise. */
export function trainerMetrics(task: Task): readonly string[] {
  if (task === 'regression') return ['rmse', 'mae', 'r2'];
  return task === 'binary-classification' ? ['auc', 'logLoss', 'accuracy'] : ['logLoss', 'accuracy'];
}

/** Every metric that a gate of the task may name. */
export function gateMetrics(task: Task): readonly string[] {
  return [...quality[task], ...servingMetrics, ...gateOnlyMetrics(task)];
}

/** The tasks that know a metric, for the hint at a metric of the wrong task. */
export function tasksWith(metric: string): readonly Task[] {
  return (Object.keys(quality) as Task[]).filter((task) => quality[task].includes(metric));
}

/** The values that a metric can have: bounds outside of it can never pass or never fail. */
export function metricLimits(metric: string): { readonly low: number; readonly high: number } {
  if (metric === 'r2') return { low: -Infinity, high: 1 };
  const unbounded = ['logLoss', 'mae', 'rmse', 'mape', 'pinball10', 'pinball50', 'pinball90', ...servingMetrics];
  if (unbounded.includes(metric)) return { low: 0, high: Infinity };
  // A metric of the plan can be any number.
  if (gateFamily(metric) === null && tasksWith(metric).length === 0) return { low: -Infinity, high: Infinity };
  return { low: 0, high: gateFamily(metric) === null ? 1 : gateOnlyCeiling(metric) };
}
