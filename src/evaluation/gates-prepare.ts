import { PerennialError } from '../errors/error.ts';
import { conditionsOf, gateFamily, gateOnlyMetrics } from '../plan/gate-metrics.ts';
import type { Task } from '../plan/schema.ts';
import type { Gate, GateEntry } from '../plan/schema-gates.ts';
import { boundsWords } from './gate-words.ts';
import { hasSlices } from './gates.ts';
import { type GapRequest, type GroupGaps, gatherGroupGaps } from './gates-fairness.ts';
import { metricsOf, servingMetrics } from './metrics.ts';

/** What fairness gates look at, column by column: gathered once for all challengers. */
export function gatherGaps(
  gates: readonly GateEntry[],
  sliceColumns: Readonly<Record<string, readonly (string | number | null)[]>>,
  request: Pick<GapRequest, 'holdout' | 'scores'>,
): GroupGaps[] {
  const columns = new Set(conditionsOf(gates).flatMap(({ groups }) => (groups === undefined ? [] : [groups])));
  return [...columns].map((column) => gatherGroupGaps({ ...request, column, values: sliceColumns[column] ?? [] }));
}

/**
 * @throws PRN-EVALUATION-001 unknown metric
 * @throws PRN-EVALUATION-003 a gate without a bound, or a comparison of what has no better side
 * @throws PRN-EVALUATION-004 a slice or groups that the hold-out does not carry
 */
export function requireJudgeable(
  gates: readonly GateEntry[],
  task: Task,
  sliceColumns: readonly string[],
  custom: readonly string[] = [],
): void {
  const known = [...metricsOf(task), ...servingMetrics, ...gateOnlyMetrics(task), ...custom];
  for (const gate of conditionsOf(gates)) {
    if (!known.includes(gate.metric))
      throw new PerennialError('PRN-EVALUATION-001', {
        message: `A gate names the metric "${gate.metric}", but a ${task} model has ${known.join(', ')}.`,
      });
    requireCondition(gate);
    requireColumns(gate, sliceColumns);
  }
}

function requireCondition(gate: Gate): void {
  if (boundsWords(gate) === '' && gate.versus === undefined)
    throw new PerennialError('PRN-EVALUATION-003', { message: `The gate on "${gate.metric}" has no bound.` });
  const family = gateFamily(gate.metric);
  if (gate.versus === undefined || (gate.metric !== 'classBalance' && family !== 'shift' && family !== 'data')) return;
  throw new PerennialError('PRN-EVALUATION-003', {
    message: `A gate compares "${gate.metric}" with the champion, but neither more nor less of it is better.`,
  });
}

function requireColumns({ metric, slice, groups }: Gate, columns: readonly string[]): void {
  const there = columns.join(', ') || 'none';
  if (slice !== undefined && (!columns.includes(slice) || !hasSlices(metric)))
    throw new PerennialError('PRN-EVALUATION-004', {
      message: `The gate on "${metric}" asks for slices of "${slice}"; there are ${there}, for metrics of the hold-out only.`,
    });
  if (groups !== undefined && !columns.includes(groups))
    throw new PerennialError('PRN-EVALUATION-004', {
      message: `The gate on "${metric}" compares groups of "${groups}"; there are ${there}.`,
    });
}
