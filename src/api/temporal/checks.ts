import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowFailedError } from '@temporalio/client';
import { type CheckInput, type CheckResult, taskQueues, workflowIds } from '../../../workflows/messages.ts';
import { type Turn, taskPriority } from '../../compute/turn.ts';
import { PerennialError } from '../../errors/error.ts';
import { rootMessage } from '../../errors/root-message.ts';
import { callTemporal } from './call.ts';

/** Starts the check of one instant, or joins it when it is running. */
export async function startOrJoinCheck(
  client: Client,
  input: CheckInput & { readonly asOf: string },
  turn: Turn,
  /** How long it waits before it begins: meanwhile others join it. */
  settleMs = 0,
): Promise<{ readonly workflowId: string; readonly joined: boolean }> {
  const workflowId = workflowIds.check(input.model, input.asOf);
  return await callTemporal(client, { about: `the check of ${input.model}` }, async () => {
    try {
      // A run that the check starts inherits its turn.
      const place = { taskQueue: taskQueues.control, priority: taskPriority(turn) };
      const delay = settleMs > 0 ? { startDelay: settleMs } : {};
      const options = { workflowId, ...place, ...delay, args: [input], workflowIdConflictPolicy: 'FAIL' } as const;
      await client.workflow.start('check', options);
      return { workflowId, joined: false };
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return { workflowId, joined: true };
      throw error;
    }
  });
}

export type CheckState =
  | { readonly state: 'running' }
  | { readonly state: 'done'; readonly result: CheckResult }
  | { readonly state: 'failed'; readonly message: string };

/** @throws PRN-API-004 no check of this instant was ever started by hand, or Temporal has already forgotten it */
export async function checkState(client: Client, model: string, asOf: string): Promise<CheckState> {
  const workflowId = workflowIds.check(model, asOf);
  const handle = client.workflow.getHandle(workflowId);
  return await callTemporal(client, { about: `the check of ${model} as of ${asOf}` }, async () => {
    const { status } = await handle.describe();
    if (status.name === 'RUNNING') return { state: 'running' };
    try {
      return { state: 'done', result: (await handle.result()) as CheckResult };
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      return { state: 'failed', message: rootMessage(error) };
    }
  });
}

/** Waits for a check to end. @throws PRN-API-008 the check failed · PRN-API-012 it takes longer than `timeoutMs` */
export async function checkResult(
  client: Client,
  model: string,
  asOf: string,
  timeoutMs: number,
): Promise<CheckResult> {
  const about = `the check of ${model} as of ${asOf}`;
  const handle = client.workflow.getHandle(workflowIds.check(model, asOf));
  return await callTemporal(client, { about, timeoutMs, answeredBy: 'workflow' }, async () => {
    try {
      return (await handle.result()) as CheckResult;
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      throw new PerennialError('PRN-API-008', { message: `${about} failed: ${rootMessage(error)}`, cause: error });
    }
  });
}
