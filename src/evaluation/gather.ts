import { conditionsOf } from '../plan/gate-metrics.ts';
import { coarseBlocks } from './blocks.ts';
import type { CustomMetric } from './custom-metric.ts';
import type { EvaluationInput } from './evaluation-input.ts';
import { type Evidence, gatherEvidence } from './evidence.ts';
import type { GroupGaps } from './gates-fairness.ts';
import { gatherGaps } from './gates-prepare.ts';
import type { ScoresLike } from './metric-set.ts';
import { primaryMetric } from './metrics.ts';
import { gatherSlices, type SliceEvidence } from './slices.ts';

/** What the hold-out says, as a whole and slice by slice, of every model. */
export interface Gathered {
  readonly whole: Evidence;
  readonly slices: readonly SliceEvidence[];
  readonly gaps: readonly GroupGaps[];
}

export async function gather(input: EvaluationInput): Promise<Gathered> {
  const { labels, sliceColumns, yieldNow, custom } = input;
  const scores = scoresOf(input);
  const shared = { holdout: { ...input, blocks: coarseBlocks(input.blocks) }, scores, yieldNow };
  const rows = Int32Array.from({ length: labels.length }, (_, row) => row);
  const whole = await gatherEvidence({ ...shared, rows, custom });
  const slices: SliceEvidence[] = [];
  for (const [column, values] of Object.entries(sliceColumns)) {
    const metrics = gatedIn(input, column);
    slices.push(...(await gatherSlices({ ...shared, column, values, custom: custom && { ...custom, metrics } })));
  }
  return { whole, slices, gaps: gatherGaps(input.gates, sliceColumns, { holdout: input, scores }) };
}

/** The candidates, then the champion, then the others: a model's index everywhere. */
export function scoresOf({ candidates, champion, others = [] }: EvaluationInput): readonly (ScoresLike | null)[] {
  return [...candidates, ...(champion ? [champion] : []), ...others].map((model) => model.scores);
}

/** Null when the model has no champion yet. */
export function championIndex({ candidates, champion }: EvaluationInput): number | null {
  return champion ? candidates.length : null;
}

/** The primary metric and those that a gate looks at in this column. */
export function sliceMetrics({ gates, task }: EvaluationInput, column: string): readonly string[] {
  const gated = conditionsOf(gates)
    .filter((gate) => gate.slice === column)
    .map((gate) => gate.metric);
  return [...new Set([primaryMetric(task), ...gated])];
}

/** Metrics of the plan cost a query for each block: slices get those that decide something. */
function gatedIn(input: EvaluationInput, column: string): readonly CustomMetric[] {
  const names = sliceMetrics(input, column);
  return (input.custom?.metrics ?? []).filter(({ name }) => names.includes(name));
}
