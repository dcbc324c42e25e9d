import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { ColumnTable, Datasets, SnapshotManifest } from '../src/dataset/dataset.ts';
import { readManifest } from '../src/dataset/stored-manifest.ts';
import { PerennialError } from '../src/errors/error.ts';
import type { CustomMetrics } from '../src/evaluation/custom-metric.ts';
import { type EvaluationInput, evaluateCandidates } from '../src/evaluation/evaluate.ts';
import { labelCodes } from '../src/evaluation/labels.ts';
import type { CandidateEvaluation, EvaluationReport, Verdict } from '../src/evaluation/report.ts';
import { conditionsOf } from '../src/plan/gate-metrics.ts';
import type { EvaluateStage, ModelFile, Task } from '../src/plan/schema.ts';
import type { GateEntry } from '../src/plan/schema-gates.ts';
import type { PredictionFiles } from '../src/predictions/predictions.ts';
import type { VersionRecord } from '../src/registry/registry.ts';
import { predictCommandOf } from '../src/training/predict-command.ts';
import type { SnapshotRef } from '../src/training/request.ts';
import { reigningChampion } from './champion.ts';
import { factsFor, picturesOf } from './decision.ts';
import { type BesideDependencies, leakRules, lookBeside, type ScoredRecord } from './evaluation-beside.ts';
import { customOf, otherVersions, searchOf, sliceColumnsOf, weightsOf } from './evaluation-inputs.ts';
import { heartbeating, translateErrors } from './failure.ts';
import { readHoldout } from './holdout.ts';
import { type ModelDependencies, OpenVersions } from './open-versions.ts';
import { keepPredictions } from './predictions.ts';
import { recordVerdict } from './recorded-verdict.ts';
import { dayIndex, decidedBy, scoreVersion, yieldNow } from './scoring.ts';
import { standardReport } from './standard-set.ts';
import { configureVersion } from './threshold.ts';

export interface EvaluateRequest {
  readonly run: string;
  readonly model: string;
  readonly task: Task;
  readonly data: ModelFile['data'];
  readonly snapshot: SnapshotRef;
  readonly versions: readonly number[];
  readonly spec: EvaluateStage;
  /** Verdicts are kept, and no version moves: nothing of a smoke run may ever be rolled out. */
  readonly smoke?: boolean;
}

/** The report lies in the object store; this much of it travels. */
export interface Judgement {
  readonly key: string;
  /** sha256 of the report's bytes: what an approval is bound to. */
  readonly digest: string;
  readonly verdict: Verdict;
  readonly winner: { readonly candidate: string; readonly version: number } | null;
  readonly champion: number | null;
  /** The winner is scored by its own predict command: it can be approved, and no gateway serves it. Absent where it can. */
  readonly unserved?: boolean;
  /** Of a segment without a champion of its own: the version of the global model that it was compared with. */
  readonly globalChampion?: number;
  readonly headline: string;
  /** Pages that tell each candidate's story, as it goes on; absent of judgements by earlier releases. */
  readonly reports?: readonly { readonly version: number; readonly url: string }[];
}

interface Dependencies extends BesideDependencies, ModelDependencies {
  readonly datasets: Datasets;
  readonly predictions: PredictionFiles;
  readonly customMetrics: CustomMetrics;
  /** Address of a version's report; without it nothing is linked. */
  readonly reportUrl?: (model: string, version: number) => string;
}

export function createEvaluationActivities(deps: Dependencies) {
  return translateErrors({
    /** Scores every candidate and the champion from what will be served, on the same hold-out; judges; records the verdicts. */
    async evaluate(request: EvaluateRequest): Promise<Judgement> {
      return await heartbeating(async (note) => {
        const { registry, store } = deps;
        const { run, model } = request;
        const versions = await Promise.all(request.versions.map((version) => registry.version(model, version)));
        const { stable } = await registry.route(model);
        const champion = await reigningChampion(registry, model);
        const report = await measure(deps, request, versions, champion, note);

        const bytes = Buffer.from(JSON.stringify(report));
        const digest = createHash('sha256').update(bytes).digest('hex');
        // Named by its content: an evaluation that is made again never takes the place of one that was decided on.
        const key = `models/${model}/evaluations/${run}-${digest.slice(0, 16)}.json`;
        await store.put(key, bytes);
        for (const candidate of report.candidates)
          await recordVerdict(registry, report, candidate, { key, digest, smoke: request.smoke ?? false });
        return {
          key,
          digest,
          ...linked(deps, report),
          verdict: report.winner ? 'pass' : worst(report.candidates),
          winner: report.winner,
          champion: stable,
          ...(unserved(versions, report) ? { unserved: true } : {}),
          ...(champion && stable === null ? { globalChampion: champion.version } : {}),
          headline: headline(report),
        };
      });
    },
  });
}

function unserved(versions: readonly VersionRecord[], { winner }: EvaluationReport): boolean {
  return versions.some((one) => one.version === winner?.version && predictCommandOf(one) !== null);
}

function linked({ reportUrl }: Dependencies, { model, candidates }: EvaluationReport): Pick<Judgement, 'reports'> {
  if (!reportUrl) return {};
  return { reports: candidates.map(({ version }) => ({ version, url: reportUrl(model, version) })) };
}

async function measure(
  deps: Dependencies,
  request: EvaluateRequest,
  versions: readonly VersionRecord[],
  champion: VersionRecord | null,
  note: (details: unknown) => void,
): Promise<EvaluationReport> {
  const manifest = await readManifest(deps.store, request.snapshot.key);
  const table = await readHoldout(deps, manifest, request.data.id);
  const { cancellationSignal } = Context.current();
  const open = new OpenVersions(deps, cancellationSignal);
  try {
    const scored = await scoreAll(deps, request, { versions, champion, table, open }, note);
    const report = await judge(deps, request, { manifest, table, scored, open }, note);
    // A command that was ended with the activity has not failed.
    cancellationSignal.throwIfAborted();
    return report;
  } finally {
    await open.close();
  }
}

async function judge(
  deps: Dependencies,
  request: EvaluateRequest,
  { manifest, table, scored, open }: Scoring,
  note: (details: unknown) => void,
): Promise<EvaluationReport> {
  const { model, task, data, spec } = request;
  const { champion } = scored;
  const candidates = await configured(deps, request, { manifest, scored, open }, note);
  const asked = { model, task, data, spec, manifest, table, candidates, champion, versions: open };
  const beside = await lookBeside(deps, asked, note);
  note({ comparing: candidates.length });
  const facts = await factsFor(deps.registry, request, manifest, table, beside.leaks);
  const input = inputOf(deps, request, table, { ...scored, candidates });
  const report = await evaluateCandidates({ ...input, facts });
  const judged = [...candidates, ...(champion ? [champion] : [])];
  const shown = await Promise.all(
    [...judged, ...scored.others].map(async ({ version }) => ({ ...(await open.open(version)), version })),
  );
  const standard = await standardReport(deps, { model, task, data, manifest, versions: shown });
  const pictures = picturesOf({ task, labels: input.labels }, judged);
  return { ...report, beside, ...(standard ? { standard } : {}), pictures };
}

/** Keeps what the candidates answer, and lets each decide by a threshold of its own: nothing may be measured before it has one. */
async function configured(
  deps: Dependencies,
  { run, data, spec }: EvaluateRequest,
  { manifest, scored, open }: Omit<Scoring, 'table'>,
  note: (details: unknown) => void,
): Promise<readonly ScoredRecord[]> {
  const candidates: ScoredRecord[] = [];
  for (const one of scored.candidates) {
    const { version, scores } = one;
    note({ keeping: `predictions of ${version.candidate}@${version.version}` });
    await keepPredictions(deps, { run, data, manifest, open: await open.open(version), holdout: scores });
    const threshold = await configureVersion(deps, { run, data, spec, version });
    const decided = threshold ? { ...version, threshold } : version;
    candidates.push({ ...one, version: decided, scores: scores && decidedBy(decided, scores) });
  }
  return candidates;
}

/** The hold-out, and what the versions answered to it. */
interface Scoring {
  readonly manifest: SnapshotManifest;
  readonly table: ColumnTable;
  readonly scored: ScoredVersions;
  readonly open: OpenVersions;
}

interface ScoredVersions {
  readonly candidates: readonly ScoredRecord[];
  readonly champion: ScoredRecord | null;
  readonly others: readonly ScoredRecord[];
}

async function scoreAll(
  deps: Dependencies,
  { model, spec }: EvaluateRequest,
  {
    versions,
    champion,
    table,
    open,
  }: {
    readonly versions: readonly VersionRecord[];
    readonly champion: VersionRecord | null;
    readonly table: ColumnTable;
    readonly open: OpenVersions;
  },
  note: (details: unknown) => void,
): Promise<ScoredVersions> {
  const score = async (version: VersionRecord): Promise<ScoredRecord> => {
    note({ scoring: `${version.candidate}@${version.version}` });
    return { version, ...(await scoreVersion(await open.open(version), table)) };
  };
  const candidates = [];
  for (const version of versions) candidates.push(await score(version));
  const scoredChampion = champion && (await score(champion));
  const shown = [...versions, ...(champion ? [champion] : [])].map(({ version }) => version);
  const others = [];
  for (const version of await otherVersions(deps.registry, model, spec.also, shown)) others.push(await score(version));
  return { candidates, champion: scoredChampion, others };
}

function inputOf(
  { customMetrics }: Dependencies,
  { model, run, task, data, snapshot, spec }: EvaluateRequest,
  table: ColumnTable,
  { candidates, champion, others }: ScoredVersions,
): EvaluationInput {
  const classes = candidates[0]?.version.signature.classes ?? [];
  return {
    ...{ model, run, task, classes, snapshot: snapshot.id, seed: 1, yieldNow },
    labels: knownLabels(table, data.label.column, classes),
    blocks: dayIndex(table.columns[data.time] ?? []),
    weights: weightsOf(data, table),
    sliceColumns: sliceColumnsOf(spec, table),
    candidates: candidates.map(({ version, scores, serving }) => ({
      candidate: version.candidate,
      version: version.version,
      scores,
      serving,
      trainerMetrics: version.trainerMetrics,
    })),
    champion: champion && {
      ...(champion.version.model === model ? {} : { model: champion.version.model }),
      ...comparable(champion, classes),
      serving: champion.serving,
    },
    // Only where the plan asks for some: a report without them stays as it was.
    ...(spec.also ? { others: others.map((one) => comparable(one, classes)) } : {}),
    ...(spec.metrics ? { custom: customOf(spec, customMetrics) } : {}),
    search: searchOf(spec, data, table),
    gates: withLeakGate(spec),
  };
}

/** Probabilities of other classes, or in another order, cannot be compared. */
function comparable(
  { version, scores }: ScoredRecord,
  classes: readonly (string | number)[],
): { readonly version: number; readonly scores: ScoredRecord['scores'] } {
  return { version: version.version, scores: sameClasses(version.signature.classes, classes) ? scores : null };
}

/** Figures that a leak has made are nothing to decide by: unless the plan says otherwise, none may be there. */
function withLeakGate(spec: EvaluateStage): readonly GateEntry[] {
  const asked = conditionsOf(spec.gates).some(({ metric }) => metric === 'leaks');
  if (asked || leakRules(spec).act === 'report') return spec.gates;
  return [...spec.gates, { metric: 'leaks', atMost: 0, confidence: 0.95, dryRun: false }];
}

function sameClasses(some: readonly (string | number)[], others: readonly (string | number)[]): boolean {
  return some.map(String).join('\0') === others.map(String).join('\0');
}

function knownLabels(table: ColumnTable, column: string, classes: readonly (string | number)[]): Float64Array {
  const labels = table.columns[column] ?? [];
  const codes = labelCodes(labels, classes);
  const unknown = [...new Set(labels.filter((_, row) => Number.isNaN(codes[row])))].slice(0, 5);
  if (unknown.length === 0) return codes;
  throw new PerennialError('PRN-EVALUATION-005', {
    message: `The hold-out has values of "${column}" that the candidates, who know ${classes.join(', ')}, have never seen: ${unknown.join(', ')}.`,
  });
}

/** Only when some verdict is inconclusive and none failed is the whole inconclusive. */
function worst(candidates: readonly CandidateEvaluation[]): Verdict {
  return candidates.every(({ verdict }) => verdict === 'inconclusive') ? 'inconclusive' : 'fail';
}

function headline({ candidates, winner, champion }: EvaluationReport): string {
  const one = ({ candidate, version, metrics, gates, verdict }: CandidateEvaluation): string => {
    const [metric, value] = Object.entries(metrics)[0] ?? ['', null];
    const failed = gates.filter((gate) => gate.verdict !== 'pass' && !gate.gate.dryRun).map((gate) => gate.name);
    return `${candidate}@${version} ${metric} ${value?.toFixed(4) ?? '—'} ${verdict}${failed.length ? ` (${failed.slice(0, 2).join('; ')}${failed.length > 2 ? ` and ${failed.length - 2} more` : ''})` : ''}`;
  };
  const against = champion
    ? ` against ${Object.values(champion.metrics)[0]?.toFixed(4) ?? '—'} of champion ${champion.model ?? ''}@${champion.version}`
    : '';
  return `${candidates.map(one).join(', ')}${against}${winner ? '' : '; nothing is better'}`;
}
