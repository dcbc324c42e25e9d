import { ApplicationFailure } from '@temporalio/common';
import {
  CancellationScope,
  executeChild,
  ParentClosePolicy,
  patched,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { Judgement } from '../activities/evaluation.ts';
import { beforeAllTeams, type Turn, taskPriority } from '../src/compute/turn.ts';
import { rolloutCodes } from '../src/errors/codes/rollout.ts';
import { durationMs } from '../src/plan/duration.ts';
import type { CompiledPlan, PlannedStage } from '../src/plan/plan.ts';
import type {
  ActivityStage,
  ApproveStage,
  CommandStage,
  ComputeSpec,
  EvaluateStage,
  RolloutStage,
  SnapshotStage,
  StageKind,
  TrainStage,
} from '../src/plan/schema.ts';
import type { RunOutcome, RunRecord } from '../src/registry/registry.ts';
import { recordOf, type TrainingRecord } from '../src/reproduce/record.ts';
import { neverTaken } from '../src/stage-cache/reason.ts';
import { notServed } from '../src/training/predict-command.ts';
import { type TrainRequest, type TrainResult, trainRequest } from '../src/training/request.ts';
import type { ApprovalDesk } from './approval.ts';
import { awaitApproval, type Released } from './approval-stage.ts';
import { workflowIds } from './messages.ts';
import { notify } from './notices.ts';
import { commandWithin, datasets, evaluation, registry } from './proxies.ts';
import { rollout } from './rollout.ts';
import type { RunLedger } from './run-ledger.ts';
import { type Made, throughCache } from './stage-cache.ts';
import { sweep } from './sweep.ts';
import type { SweepResult } from './sweep-shapes.ts';
import { train } from './train.ts';

/** What a stage may use of its run. */
export interface RunContext {
  readonly run: RunRecord;
  readonly plan: CompiledPlan;
  /** When its trainings are taken up; unknown of runs that began before there were turns. */
  readonly turn?: Turn | undefined;
  readonly smoke: boolean;
  /** Nothing is taken from the cache. */
  readonly anew: boolean;
  readonly ledger: RunLedger;
  readonly approval: ApprovalDesk;
  /** Results of the stages that have passed, by name. */
  readonly results: ReadonlyMap<string, unknown>;
}

export interface StageResult {
  readonly detail: string;
  readonly result: unknown;
  /** Set by the stage that ends the run, well or not. */
  readonly conclusion?: { readonly outcome: RunOutcome; readonly version: number | null } | undefined;
}

export interface StageEnd {
  readonly stage: string;
  readonly state: 'passed' | 'concluded' | 'failed' | 'skipped';
  readonly detail: string;
  readonly conclusion?: StageResult['conclusion'];
}

type Executor<S> = (
  context: RunContext,
  stage: { readonly name: string; readonly needs: readonly string[]; readonly spec: S },
) => Promise<StageResult>;

/** One function per kind of stage. */
const executors: { readonly [Kind in StageKind]: Executor<never> } = {
  snapshot: takeSnapshot satisfies Executor<SnapshotStage>,
  train: trainCandidate satisfies Executor<TrainStage>,
  command: runCommand satisfies Executor<CommandStage>,
  activity: callActivity satisfies Executor<ActivityStage>,
  evaluate: evaluateCandidates satisfies Executor<EvaluateStage>,
  approve: askForApproval satisfies Executor<ApproveStage>,
  rollout: rollOut satisfies Executor<RolloutStage>,
};

export async function executeStage(context: RunContext, stage: PlannedStage): Promise<StageResult> {
  const { kind } = stage.spec;
  if (kind !== 'train') context.ledger.tellCache(stage.name, { taken: false, why: neverTaken[kind] });
  return await executors[stage.spec.kind](context, stage as never);
}

async function takeSnapshot({ run, plan }: RunContext, { spec }: { spec: SnapshotStage }): Promise<StageResult> {
  const snapshot = await datasets.takeSnapshot({
    run: run.run,
    plan: { file: plan.file, base: plan.base },
    asOf: run.asOf,
    spec,
  });
  const { rows } = snapshot;
  return {
    result: snapshot,
    detail: `${rows.train} + ${rows.validation} rows to learn from, ${rows.holdout} held out`,
  };
}

async function trainCandidate(
  context: RunContext,
  { name, spec }: { name: string; spec: TrainStage },
): Promise<StageResult> {
  const { run, plan } = context;
  const request = trainRequest({ run, plan, stage: name, spec, snapshot: resultOfKind(context, 'snapshot') });
  const compute = plan.file.compute[spec.compute] ?? null;
  const metric = spec.sweep ? (spec.sweep.metric ?? usualMetric[plan.file.task]) : null;
  const make = () => trainNow(context, { name, spec, request, compute, metric });
  if (!patched('stage-cache')) {
    const { trained, detail } = await make();
    return await candidate(context, name, trained, detail);
  }
  const made = await throughCache(context, { request, compute, spec, metric }, make);
  const { trained, madeOf, trainedBy } = made;
  const record = recordOf({ request, compute, timeout: spec.timeout, trained, trainedBy, ...madeOf });
  return await candidate(context, name, trained, made.detail, record);
}

const usualMetric = { regression: 'rmse', 'binary-classification': 'auc', 'multiclass-classification': 'logLoss' };

interface TrainingNow {
  readonly name: string;
  readonly spec: TrainStage;
  readonly request: TrainRequest;
  readonly compute: ComputeSpec | null;
  /** Null: trained once. */
  readonly metric: string | null;
}

async function trainNow(context: RunContext, { name, spec, request, compute, metric }: TrainingNow): Promise<Made> {
  const { run } = context;
  const common = { request, compute, timeout: spec.timeout };
  const child = {
    workflowId: `${workflowInfo().workflowId}/${run.run}/${name}/${context.ledger.attemptOf(name)}`,
    staticSummary: `${run.run}: ${name}`,
    // What a child starts inherits it: trials of a sweep, and the trainings on their queues.
    ...(context.turn ? { priority: taskPriority(context.turn) } : {}),
  };
  if (!spec.sweep || metric === null) {
    const trained = await executeChild(train, { ...child, args: [common] });
    return { trained, detail: `${headline(trained.metrics)} in ${trained.seconds.toFixed(0)} s` };
  }
  const warmStart = spec.sweep.warmStart === false ? null : await registry.championParameters(run.model, name);
  const swept = await executeChild(sweep, { ...child, args: [{ ...common, sweep: spec.sweep, metric, warmStart }] });
  const best = swept.best.metrics[metric]?.toFixed(4);
  return { trained: swept.best, detail: `${countsOf(swept)}, best ${metric} ${best}` };
}

function countsOf({ trials, counts, ended }: SweepResult): string {
  const valued = trials.filter(({ value }) => value !== null).length;
  if (!counts) return `${valued} of ${trials.length} trials`;
  const { finished, failed, endedEarly } = counts;
  const early = endedEarly > 0 ? `, ${endedEarly} ended early` : '';
  const whole = ended === `${finished} trials have finished`;
  return `${finished} of ${finished + failed} trials${early}${whole || !ended ? '' : ` (${ended})`}`;
}

async function candidate(
  { run, plan }: RunContext,
  name: string,
  trained: TrainResult,
  detail: string,
  record?: TrainingRecord,
): Promise<StageResult> {
  const { version } = await registry.addCandidate({
    run: run.run,
    model: run.model,
    candidate: name,
    features: plan.file.data.features,
    task: plan.file.task,
    trained,
    ...(record ? { record } : {}),
  });
  return { result: { version, artifact: trained.artifact, metrics: trained.metrics }, detail };
}

async function runCommand(
  { run, plan, results }: RunContext,
  { name, needs, spec }: { name: string; needs: readonly string[]; spec: CommandStage },
): Promise<StageResult> {
  const done = await commandWithin(durationMs(spec.timeout)).runCommand({
    run: run.run,
    model: run.model,
    stage: name,
    base: plan.base,
    argv: spec.run,
    asOf: run.asOf,
    inputs: pick(results, needs),
  });
  return { result: done, detail: done.lastLine || 'done' };
}

/** The user's own activity, on a worker of theirs or on the control worker. */
async function callActivity(
  { run, results }: RunContext,
  { name, needs, spec }: { name: string; needs: readonly string[]; spec: ActivityStage },
): Promise<StageResult> {
  const activities = proxyActivities<Record<string, (input: unknown) => Promise<unknown>>>({
    startToCloseTimeout: durationMs(spec.timeout),
    ...(spec.queue ? { taskQueue: spec.queue } : {}),
  });
  const activity = activities[spec.activity];
  const result = await activity?.({
    run: run.run,
    model: run.model,
    stage: name,
    asOf: run.asOf,
    input: spec.input ?? null,
    inputs: pick(results, needs),
  });
  return { result: result ?? null, detail: 'done' };
}

async function judge(context: RunContext, spec: EvaluateStage): Promise<Judgement> {
  const { run, plan, smoke } = context;
  const versions = resultsOfKind<{ version: number }>(context, 'train').map(({ version }) => version);
  return await evaluation.evaluate({
    run: run.run,
    model: run.model,
    task: plan.file.task,
    data: plan.file.data,
    snapshot: resultOfKind(context, 'snapshot'),
    versions,
    spec,
    ...(smoke ? { smoke } : {}),
  });
}

async function evaluateCandidates(
  context: RunContext,
  { name, spec }: { name: string; spec: EvaluateStage },
): Promise<StageResult> {
  const { run, plan, smoke } = context;
  const judged = await judge(context, spec);
  if (!judged.winner) {
    const event = `${name}/${context.ledger.attemptOf(name)}`;
    await notify(context, { on: 'rejected', event, text: `${run.run}: ${judged.headline}`, evidence: judged.key });
    return {
      result: judged,
      detail: judged.headline,
      conclusion: { outcome: judged.verdict === 'fail' ? 'rejected' : 'nothing-better', version: null },
    };
  }
  // A segment's first version is rolled out against the global champion, which has answered its requests until now.
  const rollsOut = judged.globalChampion !== undefined && plan.stages.some(({ spec }) => spec.kind === 'rollout');
  const isFirst = judged.champion === null && !(rollsOut && patched('segments-begin-with-a-canary'));
  // What no gateway can serve becomes no stable version; a rollout stage of its plan says so.
  if (isFirst && !smoke && !judged.unserved) {
    const { version } = judged.winner;
    await CancellationScope.nonCancellable(() =>
      registry.promoteFirst({ run: run.run, model: run.model, version, reason: judged.headline }),
    );
    return {
      result: judged,
      detail: `${judged.headline}; the first version is stable`,
      conclusion: { outcome: 'promoted', version },
    };
  }
  return { result: judged, detail: judged.headline };
}

async function askForApproval(
  context: RunContext,
  stage: { readonly name: string; readonly spec: ApproveStage },
): Promise<StageResult> {
  const judged = resultOfKind<Judgement>(context, 'evaluate');
  const evaluated = context.plan.stages.find(({ spec }) => spec.kind === 'evaluate')?.spec as EvaluateStage;
  return await awaitApproval(context, stage, judged, () => judge(context, evaluated));
}

async function rollOut(context: RunContext, { spec }: { spec: RolloutStage }): Promise<StageResult> {
  const { run, plan } = context;
  const winner = released(context);
  requireServable(run.model, winner.version, resultOfKind<Judgement>(context, 'evaluate'));
  const id = `${run.model}-v${winner.version}-${run.run.slice(run.model.length + 1)}`;
  const ended = await executeChild(rollout, {
    workflowId: workflowIds.rollout(id),
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: `${run.model}@${winner.version}`,
    priority: beforeAllTeams,
    args: [
      {
        rollout: id,
        model: run.model,
        version: winner.version,
        run: run.run,
        by: { name: run.trigger.by, via: 'workflow' },
        reason: `run ${run.run}`,
        force: false,
        spec,
        task: plan.file.task,
      },
    ],
  });
  await notify(context, {
    on: ended.outcome === 'promoted' ? 'promoted' : 'rollback',
    event: `rollout/${id}`,
    text: `${run.model}@${winner.version} ${ended.outcome}: ${ended.reason}`,
    version: winner.version,
    evidence: resultOfKind<Judgement>(context, 'evaluate').key,
  });
  return {
    result: ended,
    detail: `${ended.outcome}: ${ended.reason}`,
    conclusion: { outcome: ended.outcome, version: winner.version },
  };
}

/** Told here, and not by a rollout that is rolled back before it has begun. */
function requireServable(model: string, version: number, { unserved, winner }: Judgement): void {
  if (!unserved || winner?.version !== version) return;
  const code = 'PRN-ROLLOUT-005';
  throw ApplicationFailure.nonRetryable(`${notServed(model, version)} ${rolloutCodes[code].hint}`, code);
}

/** What was approved; where nobody was asked, what the gates let through. */
function released(context: RunContext): { readonly version: number } {
  const approved = resultsOfKind<Partial<Released>>(context, 'approve');
  const evidence = new Set(approved.map((one) => one.evidence));
  if (evidence.size > 1) {
    const message = 'the approvals of this run are for different evidence, because it has changed between them';
    throw ApplicationFailure.nonRetryable(message, 'PRN-APPROVAL-004');
  }
  const { version } = approved[0] ?? {};
  return version === undefined
    ? resultOfKind<{ winner: { version: number } }>(context, 'evaluate').winner
    : { version };
}

/** The plan's checks have made sure that the stage stands before this one. */
function resultOfKind<T>(context: RunContext, kind: StageKind): T {
  return resultsOfKind<T>(context, kind)[0] as T;
}

function resultsOfKind<T>({ plan, results }: RunContext, kind: StageKind): T[] {
  return plan.stages
    .filter(({ name, spec }) => spec.kind === kind && results.has(name))
    .map(({ name }) => results.get(name) as T);
}

function pick(results: ReadonlyMap<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, results.get(name) ?? null]));
}

function headline(metrics: Readonly<Record<string, number>>): string {
  return Object.entries(metrics)
    .slice(0, 2)
    .map(([name, value]) => `${name} ${value.toFixed(4)}`)
    .join(', ');
}
