import { type EvaluationInput, shownMetrics } from './evaluation-input.ts';
import { difference, type Evidence, type Level } from './evidence.ts';
import { type Families, judgeCandidate } from './families.ts';
import { bonferroni, type ComparisonFamily } from './family.ts';
import { overallVerdict } from './gates.ts';
import { championIndex, type Gathered, sliceMetrics } from './gather.ts';
import { labelSwitches } from './label-switches.ts';
import type { ScoresLike } from './metric-set.ts';
import type { CandidateEvaluation, Comparison, OtherVersion, SliceResult, WorstSlice } from './report.ts';
import type { SliceEvidence } from './slices.ts';

/** One candidate beside the champion: metrics, slices, verdicts. */
export function describeCandidate(
  input: EvaluationInput,
  evidence: Gathered,
  families: Families,
  at: number,
  worst: readonly WorstSlice[] | null,
): CandidateEvaluation {
  const { candidate, version, trainerMetrics, serving, scores } = input.candidates[
    at
  ] as EvaluationInput['candidates'][number];
  const gates = judgeCandidate(input, evidence, families.gates, at);
  const { whole, slices } = evidence;
  const switches = labelSwitches(input, scores, input.champion?.scores ?? null);
  return {
    candidate,
    version,
    ...thresholdOf(scores),
    metrics: metricsOrNulls(input, whole, at),
    trainerMetrics,
    comparisons: shownMetrics(input).map((metric) => compare(input, whole, families.metrics, metric, at)),
    slices: slices.map((slice) => describeSlice(input, slice, families.slices, at)),
    ...(worst ? { worstSlices: worst } : {}),
    ...(switches ? { labelSwitches: switches } : {}),
    serving,
    gates,
    verdict: overallVerdict(gates),
  };
}

/** Versions that are shown beside the candidates, each against the champion on its own. */
export function describeOthers(input: EvaluationInput, { whole }: Gathered): readonly OtherVersion[] {
  const first = input.candidates.length + (input.champion ? 1 : 0);
  const alone = bonferroni(1);
  return (input.others ?? []).map(({ version, scores }, at) => ({
    version,
    ...thresholdOf(scores),
    metrics: metricsOrNulls(input, whole, first + at),
    comparisons: shownMetrics(input).map((metric) => compare(input, whole, alone, metric, first + at)),
  }));
}

/** The threshold that a version decides by, as its evidence names it. */
export function thresholdOf(scores: ScoresLike | null): { readonly yesFrom?: number } {
  return scores?.yesFrom === undefined ? {} : { yesFrom: scores.yesFrom };
}

export function metricsOrNulls(
  input: EvaluationInput,
  evidence: Evidence,
  model: number,
): Record<string, number | null> {
  const metrics = evidence.metrics(model);
  return Object.fromEntries(shownMetrics(input).map((metric) => [metric, metrics?.[metric] ?? null]));
}

function describeSlice(
  input: EvaluationInput,
  { column, value, evidence }: SliceEvidence,
  family: ComparisonFamily,
  at: number,
): SliceResult {
  const comparisons = sliceMetrics(input, column).map((metric) => compare(input, evidence, family, metric, at));
  return { column, value, n: evidence.n, comparisons };
}

function compare(
  input: EvaluationInput,
  evidence: Evidence,
  family: ComparisonFamily,
  metric: string,
  at: number,
): Comparison {
  const champion = championIndex(input);
  const level: Level = { stated: shownConfidence, single: family.single(shownConfidence) };
  const [own, other] = [evidence.metrics(at), champion === null ? null : evidence.metrics(champion)];
  return {
    metric,
    challenger: own?.[metric] ?? null,
    champion: other?.[metric] ?? null,
    difference: difference(own, other, metric),
    interval: champion === null ? null : evidence.differenceInterval(at, champion, metric, level),
  };
}

const shownConfidence = 0.95;
