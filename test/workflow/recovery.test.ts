import type { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrainRequest } from '../../src/training/request.ts';
import { approveSignal, progressQuery, retryStageUpdate, taskQueues } from '../../workflows/messages.ts';
import { retrain } from '../../workflows/retrain.ts';
import { skippingTime, withWorker } from './environment.ts';
import { cancellable, fakeActivities } from './fake-activities.ts';
import { aPlan, approve, evaluate, rollout, snapshot, train } from './plans.ts';
import { aDoor, asOf, byRob, refusal, until } from './story.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await skippingTime();
});
afterAll(async () => {
  await environment.teardown();
});

let runs = 0;

async function start() {
  const run = await environment.client.workflow.start(retrain, {
    taskQueue: taskQueues.control,
    workflowId: `retrain:m:${runs++}`,
    args: [{ model: 'm', asOf, trigger: byRob }],
  });
  const progress = () => run.query(progressQuery);
  const stage = async (name: string) => (await progress()).stages.find((each) => each.name === name);
  return { run, progress, stage };
}

const broken = (message: string) => ApplicationFailure.nonRetryable(message, 'PRN-RUN-004');
const plan = aPlan({ snapshot, boosted: train, evaluate });

describe('a stage that failed', () => {
  it('is held, and a retry goes on from there: what had passed is not done again', async () => {
    let mended = false;
    const fake = fakeActivities(plan, {
      evaluate: () => {
        if (!mended) throw broken('the disk is full');
        return { key: 'k', digest: 'd', verdict: 'pass', winner: null, champion: 1, headline: 'mended' };
      },
    });
    await withWorker(environment, fake.activities, async () => {
      const { run, progress, stage } = await start();
      await until(async () => (await progress()).state === 'waiting-for-retry');
      expect(await stage('evaluate')).toMatchObject({ state: 'failed', attempt: 1, detail: 'the disk is full' });

      mended = true;
      const retry = run.executeUpdate(retryStageUpdate, { args: [{ stage: 'evaluate', by: 'ana' }] });
      expect(await retry).toBe('stage evaluate starts again');
      expect(await run.result()).toMatchObject({ outcome: 'nothing-better', summary: 'mended' });
      expect(await stage('evaluate')).toMatchObject({ attempt: 2 });
    });
    expect(fake.callsTo('takeSnapshot')).toHaveLength(1);
    expect(fake.callsTo('train')).toHaveLength(1);
  });

  it('can be retried while a webhook that was told of it still does not answer', async () => {
    const webhook = aDoor();
    let attempts = 0;
    const fake = fakeActivities(aPlan({ snapshot }, { notify: [{ on: ['failed'], webhook: '$SLACK' }] }), {
      notify: () => webhook.opened,
      takeSnapshot: () => {
        attempts += 1;
        if (attempts === 1) throw broken('no such file');
        return { id: 's', key: 'k', rows: { train: 1, validation: 1, holdout: 1 } };
      },
    });
    await withWorker(environment, fake.activities, async () => {
      const { run, progress } = await start();
      await until(async () => (await progress()).state === 'waiting-for-retry');
      await run.executeUpdate(retryStageUpdate, { args: [{ stage: 'snapshot', by: 'ana' }] });
      webhook.open();
      expect(await run.result()).toMatchObject({ outcome: 'completed' });
    });
  });

  it('is the only one that can be retried; other names are refused at once, with what there is', async () => {
    const fake = fakeActivities(plan, {
      evaluate: () => {
        throw broken('the disk is full');
      },
    });
    await withWorker(environment, fake.activities, async () => {
      const { run, progress } = await start();
      await until(async () => (await progress()).state === 'waiting-for-retry');
      const retry = (stage: string) => refusal(run.executeUpdate(retryStageUpdate, { args: [{ stage, by: 'ana' }] }));
      expect(await retry('snapshot')).toBe('stage "snapshot" is passed and not held for a retry');
      expect(await retry('evalute')).toBe('no stage "evalute" in this run; stages: snapshot, boosted, evaluate');
      await run.terminate();
    });
  });

  it('fails the run when the time of the hold is over', async () => {
    const held = aPlan({ snapshot, boosted: train, evaluate }, { retrain: { holdFailed: '3d' } });
    const fake = fakeActivities(held, {
      train: () => {
        throw broken('the trainer refused its job');
      },
    });
    await withWorker(environment, fake.activities, async () => {
      const { run } = await start();
      const result = await run.result();
      expect(result).toMatchObject({
        outcome: 'failed',
        summary: 'stage boosted failed: the trainer refused its job',
      });
      const { startTime, closeTime } = await run.describe();
      expect((Number(closeTime) - Number(startTime)) / 86_400_000).toBeCloseTo(3, 2);
    });
    expect(fake.callsTo('closeRun')[0]?.args[0]).toMatchObject({
      stages: [{ state: 'passed' }, { state: 'failed' }, { state: 'skipped', detail: 'boosted did not pass' }],
    });
  });

  it('includes one whose training somebody cancelled alone: the run is held, not cancelled', async () => {
    const fake = fakeActivities(plan, { train: cancellable });
    await withWorker(environment, fake.activities, async () => {
      const { progress, run } = await start();
      await until(() => fake.callsTo('train').length > 0);
      await environment.client.workflow.getHandle(`${run.workflowId}/m-r1/boosted/1`).cancel();
      await until(async () => (await progress()).state === 'waiting-for-retry');
      await run.terminate();
    });
  });
});

describe('a run that is cancelled', () => {
  it('waits until all its training has stopped, then closes as cancelled', async () => {
    const stopped: string[] = [];
    const needs = ['snapshot'];
    const plan = aPlan({ snapshot, boosted: { ...train, needs }, linear: { ...train, needs }, evaluate });
    const fake = fakeActivities(plan, {
      train: async ({ stage }: TrainRequest) => {
        const end = await cancellable().catch((error: unknown) => error);
        if (stage === 'linear') await new Promise((saved) => setTimeout(saved, 400));
        stopped.push(stage);
        throw end;
      },
      closeRun: () => {
        stopped.push('run');
      },
    });
    await withWorker(environment, fake.activities, async () => {
      const { run } = await start();
      await until(() => fake.callsTo('train').length === 2);
      await run.cancel();
      const failure = (await run.result().catch((error: unknown) => error)) as WorkflowFailedError;
      expect(failure.cause).toBeInstanceOf(CancelledFailure);
    });
    expect(stopped).toEqual(['boosted', 'linear', 'run']);
    expect(fake.callsTo('closeRun')[0]?.args[0]).toMatchObject({
      run: 'm-r1',
      outcome: 'cancelled',
      version: null,
      stages: [{ state: 'passed' }, { detail: 'cancelled' }, { detail: 'cancelled' }, { state: 'waiting' }],
    });
  });

  it('is closed even when the cancel came while it was being opened', async () => {
    const opening = aDoor();
    const fake = fakeActivities(plan);
    const slowly = {
      ...fake.activities,
      openRun: async (...args: never[]) => {
        const opened = await fake.activities.openRun?.(...args);
        await opening.opened;
        return opened;
      },
    };
    await withWorker(environment, slowly, async () => {
      const { run } = await start();
      await until(() => fake.callsTo('openRun').length > 0);
      await run.cancel();
      setTimeout(opening.open, 300);
      await expect(run.result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
    });
    expect(fake.callsTo('closeRun')[0]?.args[0]).toMatchObject({ outcome: 'cancelled' });
    expect(fake.callsTo('takeSnapshot')).toEqual([]);
  });

  it('takes its rollout with it: the version is withdrawn before the run closes', async () => {
    const fake = fakeActivities(aPlan({ snapshot, boosted: train, evaluate, rollout }), { watchStep: cancellable });
    await withWorker(environment, fake.activities, async () => {
      const { run } = await start();
      await until(() => fake.callsTo('watchStep').length > 0);
      await run.cancel();
      await expect(run.result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
    });
    const order = fake.calls.map(({ name }) => name).filter((name) => /withdraw|promote|closeRun/.test(name));
    expect(order).toEqual(['withdrawVersion', 'closeRun']);
  });

  it('waits for a note that is still being written, and then closes as cancelled', async () => {
    const writing = aDoor();
    const fake = fakeActivities(aPlan({ evaluate, approve }), { recordEvent: () => writing.opened });
    await withWorker(environment, fake.activities, async () => {
      const { run, progress } = await start();
      await until(async () => (await progress()).approval !== null);
      await run.signal(approveSignal, { by: 'rob', reason: 'me again' } as never);
      await until(() => fake.callsTo('recordEvent').length > 0);
      await run.cancel();
      setTimeout(writing.open, 300);
      await expect(run.result()).rejects.toMatchObject({ cause: expect.any(CancelledFailure) });
    });
    expect(fake.callsTo('closeRun')[0]?.args[0]).toMatchObject({ outcome: 'cancelled' });
  });
});
