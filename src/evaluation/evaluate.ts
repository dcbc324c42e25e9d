import { PerennialError } from '../errors/error.ts';
import { describeCandidate, describeOthers, metricsOrNulls, thresholdOf } from './describe.ts';
import { customDirections, type EvaluationInput } from './evaluation-input.ts';
import { familiesOf } from './families.ts';
import { requireJudgeable } from './gates-prepare.ts';
import { gather } from './gather.ts';
import { metricDirection, primaryMetric } from './metrics.ts';
import type { CandidateEvaluation, EvaluationReport, WorstSlice } from './report.ts';
import { findWorstSlices } from './worst-slices.ts';

export type { EvaluationInput } from './evaluation-input.ts';

/**
 * Judges every candidate against the gates, beside the champion, on the same labelled rows. The same input gives the same report, byte for
 * byte. The stated confidence holds for all comparisons that the gates of all candidates make, together; and for those of each table.
 * @throws PRN-EVALUATION-001 to 004 gates or rows that cannot be judged, 006 and 007 metrics of the plan, 008 weights
 */
export async function evaluateCandidates(input: EvaluationInput): Promise<EvaluationReport> {
  requireJudgeable(input.gates, input.task, Object.keys(input.sliceColumns), Object.keys(customDirections(input)));
  requireSameRows(input);
  requireWeights(input);
  const evidence = await gather(input);
  const families = familiesOf(input, evidence);
  const candidates: CandidateEvaluation[] = [];
  for (const at of input.candidates.keys())
    candidates.push(describeCandidate(input, evidence, families, at, await worstSlicesOf(input, at)));
  return {
    model: input.model,
    run: input.run,
    snapshot: input.snapshot,
    holdoutRows: input.labels.length,
    champion: input.champion && {
      ...(input.champion.model === undefined ? {} : { model: input.champion.model }),
      version: input.champion.version,
      ...thresholdOf(input.champion.scores),
      metrics: metricsOrNulls(input, evidence.whole, input.candidates.length),
    },
    candidates,
    ...(input.others ? { others: describeOthers(input, evidence) } : {}),
    winner: pickWinner(input, candidates),
  };
}

/** Null where nobody asked, or the model failed on rows. */
async function worstSlicesOf(input: EvaluationInput, at: number): Promise<readonly WorstSlice[] | null> {
  const { search, champion, seed, yieldNow } = input;
  const candidate = input.candidates[at]?.scores ?? null;
  if (!search || !candidate) return null;
  return await findWorstSlices({
    ...{ holdout: input, candidate, champion: champion?.scores ?? null, seed, yieldNow },
    ...search,
  });
}

function pickWinner({ task }: EvaluationInput, candidates: readonly CandidateEvaluation[]): EvaluationReport['winner'] {
  const metric = primaryMetric(task);
  const sign = metricDirection(metric) === 'higher' ? 1 : -1;
  const merit = ({ metrics }: CandidateEvaluation): number => {
    const value = metrics[metric] ?? null;
    return value === null ? Number.NEGATIVE_INFINITY : sign * value;
  };
  const passing = candidates.filter(({ verdict }) => verdict === 'pass');
  const best = passing.reduce<CandidateEvaluation | null>(
    (leader, one) => (leader === null || merit(one) > merit(leader) ? one : leader),
    null,
  );
  return best && { candidate: best.candidate, version: best.version };
}

function requireSameRows({ labels, blocks, weights, sliceColumns }: EvaluationInput): void {
  const lengths = {
    blocks: blocks.length,
    ...(weights ? { weights: weights.length } : {}),
    ...mapLengths(sliceColumns),
  };
  for (const [name, length] of Object.entries(lengths))
    if (length !== labels.length)
      throw new PerennialError('PRN-EVALUATION-002', {
        message: `The hold-out has ${labels.length} labels but ${length} values in "${name}".`,
      });
}

function mapLengths(columns: EvaluationInput['sliceColumns']): Record<string, number> {
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.length]));
}

function requireWeights({ weights }: EvaluationInput): void {
  if (!weights) return;
  let sum = 0;
  for (let row = 0; row < weights.length; row += 1) {
    const weight = weights[row] as number;
    if (!(weight >= 0) || weight === Number.POSITIVE_INFINITY)
      throw new PerennialError('PRN-EVALUATION-008', {
        message: `Row ${row} of the hold-out has the weight ${weight}.`,
      });
    sum += weight;
  }
  if (sum > 0) return;
  throw new PerennialError('PRN-EVALUATION-008', { message: 'No row of the hold-out has a weight above 0.' });
}
