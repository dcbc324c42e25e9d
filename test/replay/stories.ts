import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { WatchRequest } from '../../activities/rollout.ts';
import { createSweepActivities } from '../../activities/sweep.ts';
import type { CompiledPlan } from '../../src/plan/plan.ts';
import type { RolloutStage } from '../../src/plan/schema.ts';
import type { TrainRequest } from '../../src/training/request.ts';
import { check } from '../../workflows/check.ts';
import {
  approveUpdate,
  pauseSweepUpdate,
  pauseUpdate,
  progressQuery,
  promoteUpdate,
  rejectUpdate,
  retryStageUpdate,
  rolloutProgressQuery,
  setParallelUpdate,
  setWeightUpdate,
  stopSweepUpdate,
  sweepProgressQuery,
  taskQueues,
  workflowIds,
} from '../../workflows/messages.ts';
import { packLogs } from '../../workflows/pack-logs.ts';
import { retrain } from '../../workflows/retrain.ts';
import { rollout } from '../../workflows/rollout.ts';
import { sweep } from '../../workflows/sweep.ts';
import { aJudgement, anOpenedAlarm, aTrainResult, cancellable, fakeActivities } from '../workflow/fake-activities.ts';
import * as plans from '../workflow/plans.ts';
import { asOf, byRob, until } from '../workflow/story.ts';
import { rentedInVain, rentedOverQuota, rentedWithWorkspace } from './rented-stories.ts';
import type { Story } from './story.ts';

/** Every one must stay replayable: they stand for the runs that are open when a new release is deployed. */
export const stories: Readonly<Record<string, () => Story>> = {
  'a run that is approved and rolled out': approvedRun,
  'a run of a segment without a champion': firstOfSegment,
  'a run that is rejected': rejectedRun,
  'a run that is asked about twice': askedTwiceRun,
  'a run that breaks and is retried': retriedRun,
  'a sweep with a failed trial': sweptTrials,
  'a sweep that is paused, extended and steered': steeredSweep,
  'a sweep whose suggestions wait their turn': sweepInTurn,
  'a sweep whose trials are its own activities': sweepOfActivities,
  'a training whose machines do not come': rentedInVain,
  'a training whose machine has left its result in its workspace': rentedWithWorkspace,
  'a training whose quota is used up': rentedOverQuota,
  'a check that alarms': alarmedCheck,
  'a check that is recorded': recordedCheck,
  'a check of a wide table': wideCheck,
  'a packing of the logs': packedLogs,
  'a rollout that is paused and rolled back': rolledBack,
  'a rollout whose weight is set, that asks, bakes and gives way': restored,
};

const { aPlan, snapshot, evaluate, approve } = plans;
const vote = { by: 'ana', roles: ['approver'], reason: 'good', evidence: 'evidence-a', via: 'client' } as const;

async function startRun(client: Client, model: string) {
  const args: Parameters<typeof retrain> = [{ model, asOf, trigger: byRob }];
  return await client.workflow.start(retrain, { taskQueue: taskQueues.control, workflowId: `retrain:${model}`, args });
}

function approvedRun(): Story {
  const model = 'approved';
  const plan = aPlan({ snapshot, boosted: plans.train, evaluate, approve, rollout: plans.rollout }, { model });
  return {
    fake: fakeActivities(plan),
    async tell(client) {
      const run = await startRun(client, model);
      await until(async () => (await run.query(progressQuery)).approval !== null);
      await run.executeUpdate(approveUpdate, { args: [vote] });
      await run.result();
      return {
        'retrain-promoted': run.workflowId,
        'rollout-promoted': `rollout:${model}-v2-r1`,
        train: `${run.workflowId}/${model}-r1/boosted/1`,
      };
    },
  };
}

function firstOfSegment(): Story {
  const model = 'first-of-segment';
  return {
    fake: fakeActivities(aPlan({ evaluate, rollout: plans.rollout }, { model }), {
      evaluate: () => aJudgement({ champion: null, globalChampion: 3 }),
    }),
    async tell(client) {
      const run = await startRun(client, model);
      await run.result();
      return { 'retrain-first-of-segment': run.workflowId };
    },
  };
}

function rejectedRun(): Story {
  const model = 'rejected';
  return {
    fake: fakeActivities(aPlan({ evaluate, approve }, { model })),
    async tell(client) {
      const run = await startRun(client, model);
      await until(async () => (await run.query(progressQuery)).approval !== null);
      await run.executeUpdate(rejectUpdate, { args: [{ ...vote, reason: 'not on a Friday' }] });
      await run.result();
      return { 'retrain-rejected': run.workflowId };
    },
  };
}

/** Two people, whose votes are void because the champion has changed, and two more; each vote is kept, and told. */
function askedTwiceRun(): Story {
  const model = 'asked-twice';
  const notify = [{ on: ['approval'], email: ['risk@example.org'] }];
  const changes = [{ why: 'v1 is not the champion any more', judgeAgain: true }];
  const plan = aPlan({ evaluate, approve: { ...approve, quorum: 2 } }, { model, notify });
  return {
    fake: fakeActivities(plan, { findChange: () => changes.shift() ?? null }),
    async tell(client) {
      const run = await startRun(client, model);
      const round = async () => (await run.query(progressQuery)).approval?.round;
      for (const [at, by] of [
        [1, 'ana'],
        [1, 'eve'],
        [2, 'eve'],
        [2, 'ana'],
      ] as const) {
        await until(async () => (await round()) === at);
        await run.executeUpdate(approveUpdate, { args: [{ ...vote, by }] });
      }
      await run.result();
      return { 'retrain-asked-twice': run.workflowId };
    },
  };
}

function retriedRun(): Story {
  const model = 'retried';
  const notify = [{ on: ['failed'], webhook: '$SLACK' }];
  let attempts = 0;
  return {
    fake: fakeActivities(aPlan({ snapshot, publish: { kind: 'command', run: ['publish.sh'] } }, { model, notify }), {
      runCommand: () => {
        attempts += 1;
        if (attempts === 1) throw ApplicationFailure.nonRetryable('no space left', 'PRN-RUN-001');
        return { lastLine: 'published', seconds: 1 };
      },
    }),
    async tell(client) {
      const run = await startRun(client, model);
      await until(async () => (await run.query(progressQuery)).state === 'waiting-for-retry');
      await run.executeUpdate(retryStageUpdate, { args: [{ stage: 'publish', by: 'ana' }] });
      await run.result();
      return { 'retrain-retried': run.workflowId };
    },
  };
}

function sweptTrials(): Story {
  const answer = (request: TrainRequest) => {
    if (request.trial === 1) throw ApplicationFailure.nonRetryable('exploded', 'PRN-RUN-005');
    return aTrainResult(request);
  };
  const space = { depth: { int: [1, 9] as [number, number], log: false } };
  return {
    fake: fakeActivities(aPlan({ snapshot }), { ...createSweepActivities(), train: answer }),
    async tell(client) {
      const args: Parameters<typeof sweep> = [
        {
          request: plans.aTrainRequest(),
          sweep: { trials: 4, parallel: 2, space },
          metric: 'auc',
          compute: null,
          timeout: '1m',
          warmStart: { depth: 5 },
        },
      ];
      await client.workflow.execute(sweep, { taskQueue: taskQueues.control, workflowId: 'sweep', args });
      return { sweep: 'sweep' };
    },
  };
}

/** The stored history of the sweep above is older than all of this: it holds the way that such a sweep goes on. */
function steeredSweep(): Story {
  return steered('sweep-steered');
}

/** The stored history of the sweep above is of a time when suggestions were local activities. */
function sweepInTurn(): Story {
  return steered('sweep-in-turn');
}

/** The stored history of the sweep above is of a time when every trial was a child. */
function sweepOfActivities(): Story {
  return steered('sweep-of-activities');
}

function steered(workflowId: string): Story {
  const space = { depth: { int: [1, 99] as [number, number], log: false } };
  const answer = (request: TrainRequest) => {
    if (request.trial === 1) throw ApplicationFailure.nonRetryable('exploded', 'PRN-RUN-005');
    return aTrainResult(request);
  };
  const ana = { by: 'ana', reason: 'the night is free' };
  return {
    fake: fakeActivities(aPlan({ snapshot }), { ...createSweepActivities(), train: answer }),
    async tell(client) {
      const args: Parameters<typeof sweep> = [
        {
          request: plans.aTrainRequest(),
          sweep: { trials: 30, parallel: 2, space, budget: { time: '1h' } },
          metric: 'auc',
          compute: null,
          timeout: '1m',
          warmStart: { depth: 5 },
        },
      ];
      const handle = await client.workflow.start(sweep, { taskQueue: taskQueues.control, workflowId, args });
      await handle.executeUpdate(pauseSweepUpdate, { args: [{ ...ana, paused: true }] });
      await handle.executeUpdate(setParallelUpdate, { args: [{ ...ana, parallel: 3 }] });
      await handle.executeUpdate(pauseSweepUpdate, { args: [{ ...ana, paused: false }] });
      await until(async () => (await handle.query(sweepProgressQuery)).finished > 3);
      await handle.executeUpdate(stopSweepUpdate, { args: [ana] });
      await handle.result();
      return { [workflowId]: workflowId };
    },
  };
}

/** The stored history is older than the records of checks: it holds the way that such a check goes on. */
function alarmedCheck(): Story {
  return checkStory('alarmed', 'check-alarm');
}

function recordedCheck(): Story {
  return checkStory('recorded', 'check-recorded');
}

/** Its days are profiled in groups of columns. */
function wideCheck(): Story {
  return checkStory('wide', 'check-wide', {
    profilesToMake: () => ({ days: ['2026-01-01', '2026-01-02'], groups: 3 }),
  });
}

function checkStory(model: string, name: string, answers: Parameters<typeof fakeActivities>[1] = {}): Story {
  const notices = [{ webhook: '$SLACK', on: 'alarm', text: 'temp moved' }];
  return {
    fake: fakeActivities(aPlan({ snapshot }, { model }), {
      recordCheck: () => ({ ...anOpenedAlarm, notices }),
      ...answers,
    }),
    async tell(client) {
      const args: Parameters<typeof check> = [{ model, asOf, trigger: { kind: 'schedule', by: 'schedule' } }];
      const workflowId = `check:${model}:${asOf}`;
      await client.workflow.execute(check, { taskQueue: taskQueues.control, workflowId, args });
      await client.workflow.getHandle(`retrain:${model}`).result();
      return { [name]: workflowId };
    },
  };
}

function packedLogs(): Story {
  return {
    fake: fakeActivities(aPlan({ snapshot }), { removePackedSegments: () => 3, packSegments: () => 5 }),
    async tell(client) {
      const workflowId = workflowIds.packLogs;
      await client.workflow.execute(packLogs, { taskQueue: taskQueues.control, workflowId });
      return { 'pack-logs': workflowId };
    },
  };
}

function restored(): Story {
  const plan: CompiledPlan = aPlan({ rollout: { ...plans.rollout, shadow: '0s', otherwise: 'ask', bake: '1d' } });
  const watchStep = ({ phase, weight, paused }: WatchRequest) => {
    if (phase === 'bake') return { verdict: 'violated', reason: 'recall: e-value 41 ≥ 20' };
    return weight < 0.5 || paused ? cancellable() : { verdict: 'unproven', reason: 'accuracy: 1.4 is possible' };
  };
  return {
    fake: fakeActivities(plan, { watchStep }),
    async tell(client) {
      const spec = plan.file.plan.rollout as RolloutStage;
      const workflowId = 'rollout:m-v3-by-hand';
      const told = { rollout: 'm-v3-by-hand', model: 'm', version: 3, run: null, reason: 'by hand', force: false };
      const by = { name: 'rob', via: 'cli' } as const;
      const args: Parameters<typeof rollout> = [{ ...told, by, spec, task: 'binary-classification' }];
      const handle = await client.workflow.start(rollout, { taskQueue: taskQueues.control, workflowId, args });
      const progress = () => handle.query(rolloutProgressQuery);
      await until(async () => (await progress()).phase === 'canary');
      await handle.executeUpdate(setWeightUpdate, { args: [{ by: 'ana', reason: 'all quiet', weight: 0.5 }] });
      await until(async () => (await progress()).asks != null);
      await handle.executeUpdate(promoteUpdate, { args: [{ by: 'ana', reason: 'good enough' }] });
      await handle.result();
      return { 'rollout-restored': workflowId };
    },
  };
}

function rolledBack(): Story {
  const plan: CompiledPlan = aPlan({ rollout: plans.rollout });
  let goesOn = false;
  const watchStep = ({ phase }: WatchRequest) => {
    if (!goesOn) return cancellable();
    return phase === 'shadow'
      ? { verdict: 'passed', reason: '' }
      : { verdict: 'violated', reason: 'errorRate: e-value 41 ≥ 20' };
  };
  return {
    fake: fakeActivities(plan, { watchStep }),
    async tell(client) {
      const spec = plan.file.plan.rollout as RolloutStage;
      const by = { name: 'rob', via: 'cli' } as const;
      const handle = await client.workflow.start(rollout, {
        taskQueue: taskQueues.control,
        workflowId: 'rollout:m-v2-by-hand',
        args: [
          {
            rollout: 'm-v2-by-hand',
            model: 'm',
            version: 2,
            run: null,
            by,
            reason: 'by hand',
            force: true,
            spec,
            task: 'regression',
          },
        ],
      });
      const pause = (paused: boolean) =>
        handle.executeUpdate(pauseUpdate, { args: [{ by: 'ana', reason: 'lunch', paused }] });
      await pause(true);
      goesOn = true;
      await pause(false);
      await handle.result();
      return { 'rollout-rolled-back': handle.workflowId };
    },
  };
}
