import { ApplicationFailure, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { durationMs } from '../src/plan/duration.ts';
import type { ComputeSpec } from '../src/plan/schema.ts';
import type { TrainRequest, TrainResult } from '../src/training/request.ts';
import { taskQueues } from './messages.ts';
import { trainerOn } from './proxies.ts';
import { searchAttributes } from './search-attributes.ts';

export interface TrainInput {
  readonly request: TrainRequest;
  /** Null: the standing training worker of this machine. */
  readonly compute: ComputeSpec | null;
  readonly timeout: string;
}

/** One training job: find its machine's queue, train there, give back what was published. */
export async function train(input: TrainInput): Promise<TrainResult> {
  const { request } = input;
  upsertSearchAttributes([
    { key: searchAttributes.model, value: request.model },
    { key: searchAttributes.stage, value: request.stage },
  ]);
  setCurrentDetails(
    `Trains **${request.stage}** of run ${request.run} with \`${JSON.stringify(request.parameters)}\`.`,
  );
  const queue = queueOf(input.compute);
  const result = await trainerOn(queue, durationMs(input.timeout)).train(request);
  setCurrentDetails(`Trained in ${result.seconds.toFixed(1)} s: ${JSON.stringify(result.metrics)}`);
  return result;
}

function queueOf(compute: ComputeSpec | null): string {
  if (!compute) return taskQueues.training;
  if (compute.provider === 'process') return compute.queue;
  throw ApplicationFailure.create({
    type: 'PRN-COMPUTE-001',
    nonRetryable: true,
    message:
      'compute "ec2" needs a control worker with an EC2 launcher, and this one has none; use "provider": "process" with the queue of a training worker on a GPU machine',
  });
}
