import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import {
  abortUpdate,
  pauseUpdate,
  promoteUpdate,
  type RolloutCommand,
  type RolloutInput,
  type RolloutProgress,
  rolloutProgressQuery,
  setWeightUpdate,
  taskQueues,
  workflowIds,
} from '../../../workflows/messages.ts';
import { beforeAllTeams } from '../../compute/turn.ts';
import { callTemporal } from './call.ts';
import { troubleOf } from './trouble.ts';

/** Starts a rollout by hand. Its id names it for ever, so starting it twice is the same as once. */
export async function startRollout(client: Client, input: RolloutInput): Promise<string> {
  const workflowId = workflowIds.rollout(input.rollout);
  await callTemporal(client, { about: `rollout ${input.rollout}` }, async () => {
    try {
      const staticSummary = `${input.model}@${input.version}`;
      const place = { taskQueue: taskQueues.control, priority: beforeAllTeams };
      const options = { workflowId, ...place, staticSummary, args: [input] };
      await client.workflow.start('rollout', options);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  });
  return workflowId;
}

export interface RolloutState {
  readonly progress: RolloutProgress;
  readonly open: boolean;
  readonly temporalRunId: string;
  /** Activities that keep failing, and why: a rollout that stands still says what holds it. */
  readonly trouble: readonly string[];
}

/** @throws PRN-API-004 unknown rollout · PRN-API-012 no worker answers */
export async function rolloutState(client: Client, rollout: string): Promise<RolloutState> {
  const handle = client.workflow.getHandle(workflowIds.rollout(rollout));
  return await callTemporal(client, { about: `rollout ${rollout}`, answeredBy: 'workflow' }, async () => {
    const [description, progress] = await Promise.all([handle.describe(), handle.query(rolloutProgressQuery)]);
    const open = description.status.name === 'RUNNING';
    return { progress, open, temporalRunId: description.runId, trouble: troubleOf(description) };
  });
}

export type RolloutOrder =
  | { readonly kind: 'promote' | 'abort'; readonly command: RolloutCommand }
  | { readonly kind: 'weight'; readonly command: RolloutCommand & { readonly weight: number } }
  | { readonly kind: 'pause'; readonly command: RolloutCommand & { readonly paused: boolean } };

/** @throws PRN-API-008 with the validator's words */
export async function orderRollout(client: Client, rollout: string, order: RolloutOrder): Promise<string> {
  const handle = client.workflow.getHandle(workflowIds.rollout(rollout));
  const options = { about: `rollout ${rollout}`, answeredBy: 'workflow', timeoutMs: 15_000 } as const;
  return await callTemporal(client, options, () => {
    if (order.kind === 'pause') return handle.executeUpdate(pauseUpdate, { args: [order.command] });
    if (order.kind === 'weight') return handle.executeUpdate(setWeightUpdate, { args: [order.command] });
    const update = order.kind === 'promote' ? promoteUpdate : abortUpdate;
    return handle.executeUpdate(update, { args: [order.command] });
  });
}
