import { Context } from '@temporalio/activity';
import type { CheckToRecord, RecordedCheck } from '../../activities/alarms.ts';
import type { AskedApproval } from '../../activities/approval.ts';
import type { MeasuredCheck } from '../../activities/check.ts';
import type { Judgement } from '../../activities/evaluation.ts';
import type { ProfilesToMake } from '../../activities/profiles.ts';
import type { JobAgain, VersionToReproduce } from '../../activities/reproduce.ts';
import type { StepEnd } from '../../activities/rollout.ts';
import type { ClaimedTraining } from '../../activities/stage-cache.ts';
import type { CompiledPlan } from '../../src/plan/plan.ts';
import type { RunRecord } from '../../src/registry/registry.ts';
import type { SnapshotRef, TrainRequest, TrainResult } from '../../src/training/request.ts';
import { aTrainRequest } from './plans.ts';

/** Answers of the world for tests of the story alone: every call is noted, every answer can be replaced. */
export function fakeActivities(plan: CompiledPlan, overrides: Record<string, (...args: never[]) => unknown> = {}) {
  const calls: { name: string; args: readonly unknown[] }[] = [];
  const answers: Record<string, (...args: never[]) => unknown> = {
    openRun: ({ model, asOf, trigger, workflowId, temporalRunId }: RunRecord) => ({
      plan,
      run: aRun({ model, asOf, trigger, workflowId, temporalRunId }),
    }),
    closeRun: () => undefined,
    addCandidate: () => ({ version: 2 }),
    claimTraining: (): ClaimedTraining => ({
      kind: 'train',
      key: 'key',
      note: { taken: false, why: 'nothing of this stage is kept yet' },
      madeOf: { code: 'c', environmentLock: 'e', codeKey: null },
    }),
    keepTraining: () => undefined,
    readTrainingRecord: ({ model, run }: VersionToReproduce): JobAgain => ({
      request: aTrainRequest({ model, run }),
      ...{ compute: null, timeout: '1h' },
    }),
    judgeReproduction: () => ({ identical: true, again: { artifactDigest: 'abc' } }),
    releaseTraining: () => undefined,
    championParameters: () => null,
    promoteFirst: () => undefined,
    recordApproval: () => undefined,
    recordEvent: () => undefined,
    askApproval: (): AskedApproval => anAskedApproval,
    findChange: () => null,
    takeSnapshot: (): SnapshotRef => ({
      id: 'snap',
      key: 'models/m/snapshots/snap/snapshot.json',
      rows: { train: 100, validation: 10, holdout: 10 },
    }),
    train: (request: TrainRequest): TrainResult => aTrainResult(request),
    evaluate: (): Judgement => aJudgement(),
    suggestTrial: ({ trialNumber }: { trialNumber: number }) => ({ depth: trialNumber }),
    earlierTrials: () => ({ parameters: [], dropped: 0 }),
    keepTrials: () => undefined,
    keepSweep: () => ({ key: 'models/m/runs/m-r1/sweeps/boosted.json' }),
    sweepSpending: () => ({ usd: 0 }),
    bestOf: (_metric: string, observations: { trial: number; value: number | null }[]) =>
      observations.reduce((best, each) => ((each.value ?? 0) > (best.value ?? 0) ? each : best)),
    runCommand: ({ argv }: { argv: readonly string[] }) => ({ lastLine: `${argv[0]} is done`, seconds: 1 }),
    profilesToMake: (): ProfilesToMake => ({ days: ['2026-01-01'], groups: 1 }),
    profileDays: () => undefined,
    profileGroup: () => undefined,
    joinGroups: () => undefined,
    measureCheck: (): MeasuredCheck => anAlarm,
    recordCheck: ({ verdict, summary }: CheckToRecord): RecordedCheck =>
      verdict === 'alarm' ? anOpenedAlarm : { reaction: 'none', reason: summary, told: [], notices: [] },
    notify: () => undefined,
    notifyModel: () => undefined,
    enterStep: () => ({ entered: true, why: '' }),
    watchStep: (): StepEnd => ({ verdict: 'passed', reason: 'no gate was violated' }),
    promoteVersion: () => ({ promoted: true, why: '' }),
    withdrawVersion: () => undefined,
    endBake: () => ({ done: true, why: '' }),
    askAboutRollout: () => undefined,
    ...overrides,
  };
  const activities = Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => [
      name,
      async (...args: never[]) => {
        calls.push({ name, args });
        return await answer(...args);
      },
    ]),
  );
  return { activities, calls, callsTo: (name: string) => calls.filter((call) => call.name === name) };
}

export const anAlarm: MeasuredCheck = {
  verdict: 'alarm',
  summary: 'temp moved by 2.1',
  evidence: 'models/m/checks/2026-01-01.json',
};

/** Its alarm is new, and wants a run. */
export const anOpenedAlarm: RecordedCheck = {
  reaction: 'retrain',
  reason: anAlarm.summary,
  told: ['drift alarm 1 of m opened: temp moved by 2.1'],
  notices: [],
};

/** Nobody but who asked for the run is kept from approving it. */
export const anAskedApproval: AskedApproval = {
  evidence: 'evidence-a',
  evaluation: 'models/m/approvals/m-r1/evidence-a.json',
  winner: { candidate: 'boosted', version: 2 },
  barred: [{ name: 'rob', why: 'asked for this run' }],
};

function aRun(run: Pick<RunRecord, 'model' | 'asOf' | 'trigger' | 'workflowId' | 'temporalRunId'>): RunRecord {
  return {
    ...run,
    run: `${run.model}-r1`,
    planDigest: 'digest',
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: null,
    outcome: null,
    summary: null,
    version: null,
  };
}

export function aTrainResult({ stage, trial, parameters, seed }: TrainRequest): TrainResult {
  return {
    artifact: `artifacts/${stage}/${trial ?? 'single'}`,
    artifactDigest: 'abc',
    classes: [0, 1],
    parameters,
    seed,
    snapshot: 'snap',
    metrics: { auc: 0.7 + (trial ?? 0) / 100 },
    environment: {},
    device: 'cpu',
    seconds: 1,
  };
}

export function aJudgement(change: Partial<Judgement> = {}): Judgement {
  return {
    key: 'models/m/evaluations/m-r1.json',
    digest: 'evidence-a',
    verdict: 'pass',
    winner: { candidate: 'boosted', version: 2 },
    champion: 1,
    headline: 'boosted@2 auc 0.74 pass',
    ...change,
  };
}

/** Work that lasts until it is cancelled, as a trainer's or a watch's does. */
export async function cancellable(): Promise<never> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), 50);
  try {
    return await context.cancelled;
  } finally {
    clearInterval(beat);
  }
}
