import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { durationMs } from '../src/plan/duration.ts';
import type { ComputeSpec } from '../src/plan/schema.ts';
import type { TrainRequest, TrainResult } from '../src/training/request.ts';
import { taskQueues } from './messages.ts';
import { trainerOn } from './proxies.ts';
import { searchAttributes } from './search-attributes.ts';
import { trainOnRented } from './train-rented.ts';

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
  const timeoutMs = durationMs(input.timeout);
  const { compute } = input;
  const result =
    compute?.provider === 'ec2'
      ? await trainOnRented(request, compute, timeoutMs)
      : await trainerOn(compute?.queue ?? taskQueues.training, timeoutMs).train(request);
  if (compute?.provider !== 'ec2')
    setCurrentDetails(`Trained in ${result.seconds.toFixed(1)} s: ${JSON.stringify(result.metrics)}`);
  return result;
}
