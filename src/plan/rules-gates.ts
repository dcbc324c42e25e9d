import { isObject } from './checked.ts';
import { entriesOf, type ModelDraft, stagesOf } from './draft.ts';
import { gateMetrics, tasksWith, trainerMetrics, watchedMetrics } from './metrics.ts';
import type { Finding, Path } from './problem.ts';
import { conditionRules, contradictionRules, placedConditions } from './rules-conditions.ts';
import type { Task } from './schema.ts';
import { didYouMean } from './suggest.ts';

/** Every gate must be able to decide, and to pass. */
export function gateRules(draft: ModelDraft): Finding[] {
  const features = Object.keys(draft.data?.features ?? {});
  const gates = stagesOf(draft, 'evaluate').flatMap(({ name, spec }) => {
    const slices = entriesOf(spec.slices).map(([, column]) => column);
    const custom = Object.keys('metrics' in spec && isObject(spec.metrics) ? spec.metrics : {});
    const known = (task: Task) => [...gateMetrics(task), ...custom];
    const conditions = placedConditions(spec.gates, ['plan', name, 'gates']);
    return [
      ...conditions.flatMap((placed) => [
        ...metricRule(draft.task, placed.gate.metric, [...placed.path, 'metric'], known),
        ...conditionRules(placed, { slices, features }),
      ]),
      ...contradictionRules(conditions),
    ];
  });
  const watched = draft.check?.performance?.metric;
  return [
    ...metricRule(draft.task, watched, ['check', 'performance', 'metric'], watchedMetrics),
    ...sweepMetrics(draft),
    ...gates,
    ...rolloutMetrics(draft),
  ];
}

function metricRule(
  task: Task | undefined,
  metric: string | undefined,
  path: Path,
  known: (task: Task) => readonly string[],
): Finding[] {
  if (task === undefined || metric === undefined || known(task).includes(metric)) return [];
  const tasks = tasksWith(metric);
  const message = `${JSON.stringify(metric)} is not a metric of ${task}`;
  const elsewhere =
    tasks.length > 0 ? `it belongs to ${tasks.join(' and ')}; use ${known(task).join(', ')}` : undefined;
  const hint = elsewhere ?? didYouMean(metric, known(task), `metrics of ${task}`);
  return [{ code: 'PRN-PLAN-026', path, on: 'value', message, ...(hint === undefined ? {} : { hint }) }];
}

/** What the built-in trainers report is known; what another trainer reports is its own affair. */
function sweepMetrics(draft: ModelDraft): Finding[] {
  return stagesOf(draft, 'train').flatMap(({ name, spec }) =>
    typeof spec.trainer === 'string'
      ? metricRule(draft.task, spec.sweep?.metric, ['plan', name, 'sweep', 'metric'], trainerMetrics)
      : [],
  );
}

/** Right and wrong answers exist only for classes, and a share of positives only for two of them. */
function rolloutMetrics(draft: ModelDraft): Finding[] {
  const { task } = draft;
  const forTask = (task: Task) => [
    'errorRate',
    'latency',
    'slowRequests',
    ...(task === 'regression' ? ['absoluteError'] : ['accuracy']),
    ...(task === 'binary-classification' ? ['precision', 'recall', 'f1', 'classBalance'] : []),
    ...(task === 'multiclass-classification' ? [] : ['outOfRange', 'score']),
  ];
  return stagesOf(draft, 'rollout').flatMap(({ name, spec }) =>
    entriesOf(spec.gates).flatMap(([index, { metric }]) =>
      metricRule(task, metric, ['plan', name, 'gates', index, 'metric'], forTask).map((finding) => ({
        ...finding,
        message: `${JSON.stringify(metric)} cannot be watched for ${task}`,
        hint: task === undefined ? '' : `allowed: ${forTask(task).join(', ')}`,
      })),
    ),
  );
}
