import { PerennialError } from '../errors/error.ts';
import { conditionsOf } from '../plan/gate-metrics.ts';
import type { GateEntry } from '../plan/schema.ts';
import { coarseBlocks } from './blocks.ts';
import { difference, type Evidence, gatherEvidence, type Holdout, type Level } from './evidence.ts';
import { bonferroni, type ComparisonFamily, jointFamily } from './family.ts';
import type { Direction } from './gate-direction.ts';
import { judgeGate, overallVerdict } from './gates.ts';
import type { DataFacts } from './gates-data.ts';
import type { GroupGaps } from './gates-fairness.ts';
import { gatherGaps, requireJudgeable } from './gates-prepare.ts';
import type { Estimated } from './influence.ts';
import type { ScoresLike } from './metric-set.ts';
import { metricDirection, metricsOf, primaryMetric } from './metrics.ts';
import { seededRandom } from './random.ts';
import type {
  CandidateEvaluation,
  Comparison,
  EvaluationReport,
  GateResult,
  ServingResult,
  SliceResult,
} from './report.ts';
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
  /** Awaited every few milliseconds of work, so that the caller's event loop lives and it can heartbeat. */
  readonly yieldNow?: (() => Promise<void>) | undefined;
}

/**
 * Judges every candidate against the gates, beside the champion, on the same labelled rows. The same input gives the same report, byte for
 * byte. The stated confidence holds for all comparisons that the gates of all candidates make, together; and for those of each table.
 * @throws PRN-EVALUATION-001 to 004 gates or rows that cannot be judged
 */
export async function evaluateCandidates(input: EvaluationInput): Promise<EvaluationReport> {
  requireJudgeable(input.gates, input.task, Object.keys(input.sliceColumns), Object.keys(input.custom ?? {}));
  requireSameRows(input);
  const evidence = await gather(input);
  const families = familiesOf(input, evidence);
  const candidates = input.candidates.map((_, at) => describe(input, evidence, families, at));
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
  const { labels, sliceColumns, candidates, champion, yieldNow } = input;
  const scores = [...candidates, ...(champion ? [champion] : [])].map((model) => model.scores);
  const shared = { holdout: { ...input, blocks: coarseBlocks(input.blocks) }, scores, yieldNow };
  const rows = Int32Array.from({ length: labels.length }, (_, row) => row);
  const whole = await gatherEvidence({ ...shared, rows });
  const slices: SliceEvidence[] = [];
  for (const [column, values] of Object.entries(sliceColumns))
    slices.push(...(await gatherSlices({ ...shared, column, values })));
  return { whole, slices, gaps: gatherGaps(input.gates, sliceColumns, { holdout: input, scores }) };
}

/** Which comparisons keep their confidence together. What decides is apart from what is only shown, so that a long table makes no gate harder. */
interface Families {
  readonly gates: ComparisonFamily;
  readonly metrics: ComparisonFamily;
  readonly slices: ComparisonFamily;
}

function familiesOf(input: EvaluationInput, evidence: Gathered): Families {
  const champion = input.candidates.length;
  const family = (comparisons: readonly (Estimated | null)[]): ComparisonFamily =>
    jointFamily(
      comparisons.filter((comparison) => comparison !== null),
      seededRandom(input.seed),
    );
  const each = <T>(of: (candidate: number) => readonly T[]): readonly T[] =>
    input.candidates.flatMap((_, candidate) => of(candidate));
  return {
    gates: family(each((candidate) => gateComparisons(input, evidence, candidate))),
    metrics: family(
      each((candidate) =>
        metricsOf(input.task).map((metric) => evidence.whole.difference(candidate, champion, metric)),
      ),
    ),
    slices: family(
      each((candidate) =>
        evidence.slices.flatMap((slice) =>
          sliceMetrics(input, slice.column).map((metric) => slice.evidence.difference(candidate, champion, metric)),
        ),
      ),
    ),
  };
}

/** The gates themselves say what they compare, so that whatever a gate looks at belongs to the family. */
function gateComparisons(input: EvaluationInput, evidence: Gathered, candidate: number): readonly (Estimated | null)[] {
  const asked: (Estimated | null)[] = [];
  const noting = (of: Evidence): Evidence => ({
    ...of,
    differenceInterval: (model, other, metric, level) => {
      asked.push(of.difference(model, other, metric));
      return of.differenceInterval(model, other, metric, level);
    },
  });
  const noted: Gathered = {
    whole: noting(evidence.whole),
    slices: evidence.slices.map((slice) => ({ ...slice, evidence: noting(slice.evidence) })),
    gaps: evidence.gaps,
  };
  judge(input, noted, bonferroni(1), candidate);
  return asked;
}

function judge(
  input: EvaluationInput,
  { whole, slices, gaps }: Gathered,
  family: ComparisonFamily,
  model: number,
): GateResult[] {
  const { serving } = input.candidates[model] as EvaluationInput['candidates'][number];
  const champion = input.champion ? input.candidates.length : null;
  const championServing = input.champion?.serving ?? null;
  const scores = [...input.candidates, ...(input.champion ? [input.champion] : [])].map((each) => each.scores);
  const { task, facts = {}, custom = {} } = input;
  const shared = { task, facts, custom, scores, gaps, championServing };
  const evidence = { model, champion, family, whole, slices, serving, ...shared };
  return input.gates.flatMap((gate) => judgeGate(gate, evidence));
}

function describe(input: EvaluationInput, evidence: Gathered, families: Families, at: number): CandidateEvaluation {
  const { candidate, version, trainerMetrics, serving } = input.candidates[at] as EvaluationInput['candidates'][number];
  const gates = judge(input, evidence, families.gates, at);
  const { whole, slices } = evidence;
  return {
    candidate,
    version,
    metrics: metricsOrNulls(input, whole, at),
    trainerMetrics,
    comparisons: metricsOf(input.task).map((metric) => compare(input, whole, families.metrics, metric, at)),
    slices: slices.map((slice) => describeSlice(input, slice, families.slices, at)),
    serving,
    gates,
    verdict: overallVerdict(gates),
  };
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

/** The primary metric and those that a gate looks at in this column. */
function sliceMetrics({ gates, task }: EvaluationInput, column: string): readonly string[] {
  const gated = conditionsOf(gates).flatMap((gate) => (gate.slice === column ? [gate.metric] : []));
  return [...new Set([primaryMetric(task), ...gated])];
}

function compare(
  input: EvaluationInput,
  evidence: Evidence,
  family: ComparisonFamily,
  metric: string,
  at: number,
): Comparison {
  const champion = input.candidates.length;
  const level: Level = { stated: shownConfidence, single: family.single(shownConfidence) };
  const [own, other] = [evidence.metrics(at), input.champion ? evidence.metrics(champion) : null];
  return {
    metric,
    challenger: own?.[metric] ?? null,
    champion: other?.[metric] ?? null,
    difference: difference(own, other, metric),
    interval: input.champion ? evidence.differenceInterval(at, champion, metric, level) : null,
  };
}

const shownConfidence = 0.95;

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
