import { PerennialError } from '../errors/error.ts';
import { conditionsOf } from '../plan/gate-metrics.ts';
import type { GateEntry } from '../plan/schema.ts';
import { difference, type Evidence, gatherEvidence, type Holdout, type Level } from './evidence.ts';
import { bonferroni } from './family.ts';
import type { Direction } from './gate-direction.ts';
import { judgeGate, overallVerdict } from './gates.ts';
import type { DataFacts } from './gates-data.ts';
import type { GroupGaps } from './gates-fairness.ts';
import { gatherGaps, requireJudgeable } from './gates-prepare.ts';
import type { ScoresLike } from './metric-set.ts';
import { metricDirection, metricsOf, primaryMetric } from './metrics.ts';
import { seededRandom } from './random.ts';
import type { CandidateEvaluation, Comparison, EvaluationReport, ServingResult, SliceResult } from './report.ts';
import { gatherSlices, type SliceEvidence } from './slices.ts';

export interface EvaluationInput extends Holdout {
  readonly model: string;
  readonly run: string;
  readonly snapshot: string;
  /** One value per row and slice column; null is a slice of its own. */
  readonly sliceColumns: Readonly<Record<string, readonly (string | number | null)[]>>;
  readonly candidates: readonly {
    readonly candidate: string;
    readonly version: number;
    /** Null when the model failed on rows. */
    readonly scores: ScoresLike | null;
    readonly trainerMetrics: Readonly<Record<string, number>>;
    readonly serving: ServingResult;
  }[];
  readonly champion: {
    readonly version: number;
    readonly scores: ScoresLike | null;
    readonly serving: ServingResult | null;
  } | null;
  readonly gates: readonly GateEntry[];
  /** Of the run's data, for gates on them; nothing is known without. */
  readonly facts?: DataFacts;
  /** Better side of the metrics that the stage defines itself. */
  readonly custom?: Readonly<Record<string, Direction>>;
  readonly seed: number;
  readonly resamples?: number;
  /** Awaited every few milliseconds of work, so that the caller's event loop lives and it can heartbeat. */
  readonly yieldNow?: (() => Promise<void>) | undefined;
}

/**
 * Judges every candidate against the gates, beside the champion, on the same labelled rows. The same input gives the same report, byte for
 * byte. With several candidates the stated confidence holds for all comparisons together (Bonferroni over candidates).
 * @throws PRN-EVALUATION-001 to 004 gates or rows that cannot be judged
 */
export async function evaluateCandidates(input: EvaluationInput): Promise<EvaluationReport> {
  requireJudgeable(input.gates, input.task, Object.keys(input.sliceColumns), Object.keys(input.custom ?? {}));
  requireSameRows(input);
  const evidence = await gather(input);
  const candidates = input.candidates.map((_, at) => describe(input, evidence, at));
  return {
    model: input.model,
    run: input.run,
    snapshot: input.snapshot,
    holdoutRows: input.labels.length,
    champion: input.champion && {
      version: input.champion.version,
      metrics: metricsOrNulls(input, evidence.whole, input.candidates.length),
    },
    candidates,
    winner: pickWinner(input, candidates),
  };
}

interface Gathered {
  readonly whole: Evidence;
  readonly slices: readonly SliceEvidence[];
  readonly gaps: readonly GroupGaps[];
}

/** The champion is the model after the candidates. */
async function gather(input: EvaluationInput): Promise<Gathered> {
  const { labels, sliceColumns, candidates, champion, seed, resamples, yieldNow } = input;
  const scores = [...candidates, ...(champion ? [champion] : [])].map((model) => model.scores);
  const shared = { holdout: input, scores, yieldNow, ...(resamples === undefined ? {} : { resamples }) };
  const rows = Int32Array.from({ length: labels.length }, (_, row) => row);
  const whole = await gatherEvidence({ ...shared, rows, random: seededRandom(seed) });
  const slices: SliceEvidence[] = [];
  for (const [column, values] of Object.entries(sliceColumns))
    slices.push(...(await gatherSlices({ ...shared, column, values, random: seededRandom(seed) })));
  return { whole, slices, gaps: gatherGaps(input.gates, sliceColumns, { holdout: input, scores }) };
}

function describe(input: EvaluationInput, { whole, slices, gaps }: Gathered, at: number): CandidateEvaluation {
  const { candidate, version, trainerMetrics, serving } = input.candidates[at] as EvaluationInput['candidates'][number];
  const champion = input.champion ? input.candidates.length : null;
  const family = bonferroni(input.candidates.length);
  const gates = input.gates.flatMap((gate) =>
    judgeGate(gate, {
      task: input.task,
      model: at,
      champion,
      family,
      whole,
      slices,
      serving,
      championServing: input.champion?.serving ?? null,
      scores: [...input.candidates, ...(input.champion ? [input.champion] : [])].map(({ scores }) => scores),
      gaps,
      facts: input.facts ?? {},
      custom: input.custom ?? {},
    }),
  );
  return {
    candidate,
    version,
    metrics: metricsOrNulls(input, whole, at),
    trainerMetrics,
    comparisons: metricsOf(input.task).map((metric) => compare(input, whole, metric, at)),
    slices: slices.map((slice) => describeSlice(input, slice, at)),
    serving,
    gates,
    verdict: overallVerdict(gates),
  };
}

/** The primary metric and those that a gate looks at in this column. */
function describeSlice(input: EvaluationInput, { column, value, evidence }: SliceEvidence, at: number): SliceResult {
  const gated = conditionsOf(input.gates).flatMap((gate) => (gate.slice === column ? [gate.metric] : []));
  const metrics = [...new Set([primaryMetric(input.task), ...gated])];
  return {
    column,
    value,
    n: evidence.n,
    comparisons: metrics.map((metric) => compare(input, evidence, metric, at)),
  };
}

function compare(input: EvaluationInput, evidence: Evidence, metric: string, at: number): Comparison {
  const champion = input.candidates.length;
  const level: Level = { stated: 0.95, single: 1 - 0.05 / input.candidates.length };
  const [own, other] = [evidence.metrics(at), input.champion ? evidence.metrics(champion) : null];
  return {
    metric,
    challenger: own?.[metric] ?? null,
    champion: other?.[metric] ?? null,
    difference: difference(own, other, metric),
    interval: input.champion ? evidence.differenceInterval(at, champion, metric, level) : null,
  };
}

function metricsOrNulls(input: EvaluationInput, evidence: Evidence, model: number): Record<string, number | null> {
  const metrics = evidence.metrics(model);
  return Object.fromEntries(metricsOf(input.task).map((metric) => [metric, metrics?.[metric] ?? null]));
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

function requireSameRows({ labels, blocks, sliceColumns }: EvaluationInput): void {
  const lengths = { blocks: blocks.length, ...mapLengths(sliceColumns) };
  for (const [name, length] of Object.entries(lengths))
    if (length !== labels.length)
      throw new PerennialError('PRN-EVALUATION-002', {
        message: `The hold-out has ${labels.length} labels but ${length} values in "${name}".`,
      });
}

function mapLengths(columns: EvaluationInput['sliceColumns']): Record<string, number> {
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.length]));
}
