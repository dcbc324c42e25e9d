import type { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RentedCompute } from '../../src/plan/schema.ts';
import type { TrainRequest } from '../../src/training/request.ts';
import { taskQueues } from '../../workflows/messages.ts';
import { train } from '../../workflows/train.ts';
import { devServer, withWorker } from './environment.ts';
import { aTrainResult, cancellable } from './fake-activities.ts';
import { aTrainRequest } from './plans.ts';
import { aMachineSpec, anOffer, rentedWorld } from './rented-world.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await devServer();
});
afterAll(async () => {
  await environment.teardown();
});

type World = Parameters<typeof rentedWorld>[1];
let jobs = 0;

async function rent(
  world: Partial<World>,
  {
    spec = {},
    request: change = {},
    cancelWhen,
  }: {
    spec?: Partial<RentedCompute>;
    request?: Partial<TrainRequest>;
    cancelWhen?: (cloud: ReturnType<typeof rentedWorld>) => boolean;
  } = {},
) {
  const cloud = rentedWorld(environment, {
    offers: [anOffer('a.large'), anOffer('b.large'), anOffer('c.large'), anOffer('a.large', 'on-demand', 2)],
    train: aTrainResult,
    ...world,
  });
  const request = aTrainRequest(change);
  const workflowId = `retrain:m/${request.run}/boosted/${++jobs}`;
  const outcome = await withWorker(environment, cloud.activities, async () => {
    const handle = await environment.client.workflow.start(train, {
      taskQueue: taskQueues.control,
      workflowId,
      args: [{ request, compute: { ...aMachineSpec, ...spec }, timeout: '1m' }],
    });
    if (cancelWhen) {
      while (!cancelWhen(cloud)) await new Promise((tick) => setTimeout(tick, 20));
      await handle.cancel();
    }
    return await handle.result().then(
      (result) => ({ result, failure: null }),
      (error: WorkflowFailedError) => ({ result: null, failure: error.cause as Error }),
    );
  });
  const ends = cloud.callsTo('endMachine').map(({ args }) => args[0] as { end: string; lostSince: string | null });
  return { ...outcome, cloud, ends };
}

/** Fails so on the first machines, then trains. */
function losing(failures: readonly ApplicationFailure[]) {
  let next = 0;
  return (request: Parameters<typeof aTrainResult>[0]) => {
    const failure = failures[next++];
    if (failure) throw failure;
    return aTrainResult(request);
  };
}
const interrupted = ApplicationFailure.create({ type: 'PRN-RUN-003', message: 'spot notice; step 20 is stored' });

describe('training on a rented machine', () => {
  it('ends the machine once the result is published', async () => {
    const { result, cloud, ends } = await rent({});
    expect(result?.artifactDigest).toBe('abc');
    expect(cloud.pools()).toEqual(['a.large/us-east-1a/spot']);
    expect(ends).toMatchObject([{ end: 'finished', lostSince: null }]);
    expect(cloud.living.size).toBe(0);
  });

  it('asks each of twenty refusing pools once, with a token of its own, and takes the next', async () => {
    const offers = Array.from({ length: 21 }, (_, n) => anOffer(`t${n}.large`));
    const capacity = { class: 'capacity', code: 'InsufficientInstanceCapacity', message: 'none left' } as const;
    const { result, cloud } = await rent({ offers, answer: (_order, n) => (n < 20 ? capacity : 'comes-up') });
    expect(result).not.toBeNull();
    expect(cloud.pools()).toEqual(offers.map(({ type }) => `${type}/us-east-1a/spot`));
    expect(new Set(cloud.orders.map(({ token }) => token)).size).toBe(21);
  });

  it('asks no other pool of a quota that is used up, and goes on with the other market at once', async () => {
    const quota = { class: 'quota', code: 'VcpuLimitExceeded', message: '4 vCPUs' } as const;
    const offers = [anOffer('g5.large'), anOffer('g6.large'), anOffer('g5.large', 'on-demand', 2)];
    const { result, cloud } = await rent({ offers, answer: (_order, n) => (n === 0 ? quota : 'comes-up') });
    expect(result).not.toBeNull();
    expect(cloud.pools()).toEqual(['g5.large/us-east-1a/spot', 'g5.large/us-east-1a/on-demand']);
  });

  it('sends the folder of the model file along where the trainer lies in it, once for all machines of the job', async () => {
    const trained: TrainRequest[] = [];
    const train = losing([interrupted]);
    const { cloud } = await rent(
      {
        train: (request) => {
          trained.push(request);
          return train(request);
        },
      },
      { request: { trainer: { command: ['{python}', '{here}/trainers/mine.py'] }, base: '/models' } },
    );
    expect(cloud.callsTo('shipFolder').map(({ args }) => args[0])).toEqual([
      { model: 'm', run: expect.any(String), folder: '/models', parts: ['trainers'] },
    ]);
    expect(trained.map(({ code }) => code)).toEqual(['models/m/code', 'models/m/code']);
  });

  it('goes on elsewhere after an interruption, and on demand after two', async () => {
    const { result, cloud, ends } = await rent({ train: losing([interrupted, interrupted]) });
    expect(result).not.toBeNull();
    expect(cloud.pools()).toEqual([
      'a.large/us-east-1a/spot',
      'b.large/us-east-1a/spot',
      'a.large/us-east-1a/on-demand',
    ]);
    expect(ends.map(({ end }) => end)).toEqual(['interrupted', 'interrupted', 'finished']);
    const attempts = cloud.orders.map(({ queue }) => queue);
    expect(new Set(attempts).size).toBe(3);
  });

  it('gives up on a machine whose worker never comes up, and keeps what it printed', async () => {
    const { result, cloud, ends } = await rent({ answer: (_order, n) => (n === 0 ? 'stays-dead' : 'comes-up') });
    expect(result).not.toBeNull();
    expect(cloud.callsTo('machineConsole')).toHaveLength(1);
    expect(ends.map(({ end }) => end)).toEqual(['never-started', 'finished']);
  });

  it('trains no second time what the trainer refused, and ends the machine', async () => {
    const refusal = ApplicationFailure.create({ type: 'PRN-RUN-004', nonRetryable: true, message: 'max_depth is -1' });
    const { failure, cloud, ends } = await rent({ train: losing([refusal]) });
    expect(`${(failure?.cause as Error)?.message} ${failure?.message}`).toContain('max_depth is -1');
    expect(cloud.orders).toHaveLength(1);
    expect(ends).toHaveLength(1);
  });

  it('ends the machine of a cancelled job', async () => {
    const { failure, ends, cloud } = await rent(
      { train: cancellable },
      { cancelWhen: ({ living }) => living.size === 1 },
    );
    expect(failure?.name).toBe('CancelledFailure');
    expect(ends).toMatchObject([{ end: 'cancelled' }]);
    expect(cloud.living.size).toBe(0);
  });

  it('fails at once, naming the code, where credentials or a field are wrong', async () => {
    const denied = {
      class: 'auth',
      code: 'UnauthorizedOperation',
      message: 'ec2:RunInstances is not allowed',
    } as const;
    const { failure, cloud } = await rent({ answer: () => denied });
    expect(failure).toMatchObject({ type: 'PRN-COMPUTE-007' });
    expect(failure?.message).toContain('UnauthorizedOperation');
    expect(cloud.orders).toHaveLength(1);
  });

  it('orders nothing that could cost more than the plan allows', async () => {
    const { failure, cloud } = await rent({}, { spec: { maxUsd: 0.5 } });
    expect(failure).toMatchObject({ type: 'PRN-COMPUTE-003' });
    expect(cloud.orders).toEqual([]);
  });

  it('ends whatever a lost answer has made before it orders again', async () => {
    const lost = ApplicationFailure.create({ type: 'PRN-COMPUTE-022', nonRetryable: true, message: 'no answer' });
    const { result, cloud } = await rent({ answer: (_order, n) => (n === 0 ? lost : 'comes-up') });
    expect(result).not.toBeNull();
    expect(cloud.callsTo('endMachineOf')).toHaveLength(1);
    expect(cloud.orders[0]?.token).not.toBe(cloud.orders[1]?.token);
    expect(cloud.orders.map(({ attempt }) => attempt.slice(-2))).toEqual(['-1', '-2']);
  });

  it('does not let go of a machine that the cloud will not end', async () => {
    const { result, ends } = await rent({
      ending: (n) => {
        if (n < 3) throw new Error('InternalError');
      },
    });
    expect(result).not.toBeNull();
    expect(ends).toHaveLength(4);
  });
});
