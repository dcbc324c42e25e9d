import { type Client, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ActivityFailure, ChildWorkflowFailure } from '@temporalio/common';
import { type ReproduceInput, taskQueues, workflowIds } from '../../../workflows/messages.ts';
import { PerennialError } from '../../errors/error.ts';
import type { Reproduction } from '../../reproduce/compare.ts';
import type { ReproductionDetail } from '../wire.ts';
import { callTemporal } from './call.ts';

/** Trains a version again, or joins who does it just now. */
export async function startReproduction(client: Client, input: ReproduceInput): Promise<string> {
  const workflowId = workflowIds.reproduce(input.model, input.version);
  await callTemporal(client, { about: aboutOf(input) }, () =>
    client.workflow.start('reproduce', {
      workflowId,
      taskQueue: taskQueues.control,
      args: [input],
      staticSummary: `${input.model}@${input.version} again`,
      workflowIdConflictPolicy: 'USE_EXISTING',
    }),
  );
  return workflowId;
}

/** How the latest repetition of the version stands. @throws PRN-API-004 nobody has asked for one lately */
export async function readReproduction(
  client: Client,
  key: Pick<ReproduceInput, 'model' | 'version'>,
): Promise<ReproductionDetail> {
  const handle = client.workflow.getHandle(workflowIds.reproduce(key.model, key.version));
  return await callTemporal(client, { about: aboutOf(key) }, async () => {
    try {
      const { status } = await handle.describe();
      if (status.name === 'RUNNING') return { state: 'running', result: null, failure: null };
      return { state: 'done', result: (await handle.result()) as Reproduction, failure: null };
    } catch (error) {
      if (error instanceof WorkflowFailedError) return { state: 'failed', result: null, failure: failureOf(error) };
      if (error instanceof WorkflowNotFoundError) throw unknownReproduction(key, error);
      throw error;
    }
  });
}

function unknownReproduction({ model, version }: Pick<ReproduceInput, 'model' | 'version'>, cause: Error) {
  const message = `Nobody has had ${model}@${version} trained again lately.`;
  return new PerennialError('PRN-API-004', {
    message,
    hint: `Ask for it: perennial reproduce ${model}@${version}`,
    cause,
  });
}

function failureOf(error: WorkflowFailedError): string {
  let cause: unknown = error.cause;
  while ((cause instanceof ActivityFailure || cause instanceof ChildWorkflowFailure) && cause.cause)
    cause = cause.cause;
  return cause instanceof Error ? cause.message : String(cause);
}

const aboutOf = ({ model, version }: Pick<ReproduceInput, 'model' | 'version'>) => `training ${model}@${version} again`;
