import { type Draft, entriesOf, type ModelDraft, stagesOf } from './draft.ts';
import { gateMetrics, metricLimits, qualityMetrics, servingMetrics, tasksWith, trainerMetrics } from './metrics.ts';
import type { Finding, Path } from './problem.ts';
import type { Gate, Task } from './schema.ts';
import { didYouMean } from './suggest.ts';

/** Every gate must be able to decide, and to pass. */
export function gateRules(draft: ModelDraft): Finding[] {
  const gates = stagesOf(draft, 'evaluate').flatMap(({ name, spec }) =>
    entriesOf(spec.gates).flatMap(([index, gate]) => {
      const path = ['plan', name, 'gates', index];
      const slices = entriesOf(spec.slices).map(([, column]) => column);
      return [
        ...metricRule(draft.task, gate.metric, [...path, 'metric'], gateMetrics),
        ...conditionRules(gate, path),
        ...boundRules(gate, path),
        ...sliceRules(gate, slices, path),
      ];
    }),
  );
  const watched = draft.check?.performance?.metric;
  return [
    ...metricRule(draft.task, watched, ['check', 'performance', 'metric'], qualityMetrics),
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
    ...(task === 'regression' ? [] : ['accuracy']),
    ...(task === 'binary-classification' ? ['classBalance'] : []),
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

function conditionRules(gate: Draft<Gate>, path: Path): Finding[] {
  const { atLeast, atMost, between, versus, by, metric = 'it' } = gate;
  if (by !== undefined && versus === undefined) {
    const message = `"by" of the ${metric} gate compares with nothing`;
    return [
      {
        code: 'PRN-PLAN-013',
        path: [...path, 'by'],
        on: 'key',
        message,
        hint: 'add "versus": "champion"',
        provided: path,
      },
    ];
  }
  if (metric === 'classBalance' && versus !== undefined) {
    const message = 'neither more nor less classBalance is better, so it cannot be compared with the champion';
    const hint = 'use "between", or another metric';
    return [{ code: 'PRN-PLAN-013', path: [...path, 'versus'], on: 'value', message, hint }];
  }
  if ([atLeast, atMost, between, versus].some((condition) => condition !== undefined)) return [];
  return [{ code: 'PRN-PLAN-011', path, on: 'key', message: `the gate on ${metric} has no condition`, provided: path }];
}

function boundRules(gate: Draft<Gate>, path: Path): Finding[] {
  const { metric = '', atLeast, atMost, between } = gate;
  const [low, high] = between ?? [];
  if (low !== undefined && high !== undefined && low >= high) return [];
  const limits = metricLimits(metric);
  const floor = Math.max(atLeast ?? -Infinity, low ?? -Infinity);
  const ceiling = Math.min(atMost ?? Infinity, high ?? Infinity);
  const at = (...keys: (keyof Gate)[]) => [...path, keys.find((key) => gate[key] !== undefined) ?? 'metric'];
  const impossible = (where: Path, message: string): Finding[] => [
    { code: 'PRN-PLAN-012', path: where, on: 'value', message },
  ];
  if (floor > ceiling)
    return impossible(at('atMost', 'between'), `no ${metric} is at least ${floor} and at most ${ceiling}`);
  if (floor > limits.high)
    return impossible(at('atLeast', 'between'), `${metric} is never above ${limits.high}, so never ${floor}`);
  if (ceiling < limits.low)
    return impossible(at('atMost', 'between'), `${metric} is never below ${limits.low}, so never ${ceiling}`);
  return [];
}

function sliceRules({ slice, metric = '' }: Draft<Gate>, slices: readonly string[], path: Path): Finding[] {
  if (slice === undefined) return [];
  const base = { code: 'PRN-PLAN-021', path: [...path, 'slice'], on: 'value' } as const;
  if (servingMetrics.includes(metric)) return [{ ...base, message: `${metric} has no slices`, hint: 'remove "slice"' }];
  if (slices.includes(slice)) return [];
  const hint =
    didYouMean(slice, slices, 'slices of this stage') ?? `add "slices": [${JSON.stringify(slice)}] to the stage`;
  return [{ ...base, message: `slice ${JSON.stringify(slice)} is not among "slices"`, hint }];
}
