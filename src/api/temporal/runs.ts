import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import {
  type ApprovalVote,
  approveUpdate,
  progressQuery,
  type RetrainInput,
  type RunProgress,
  rejectUpdate,
  retryStageUpdate,
  type StageRetry,
  taskQueues,
  triggerSignal,
  workflowIds,
} from '../../../workflows/messages.ts';
import { type Turn, taskPriority } from '../../compute/turn.ts';
import { PerennialError } from '../../errors/error.ts';
import type { RunRecord } from '../../registry/registry.ts';
import { callTemporal } from './call.ts';
import { troubleOf } from './trouble.ts';

export interface Started {
  readonly workflowId: string;
  /** Null when an open run was joined. */
  readonly temporalRunId: string | null;
  readonly joined: boolean;
}

/**
 * Starts `retrain:<model>`, or tells the open run that one more trigger came. A smoke run has its own id: it promotes nothing
 * and must not wait for, or be swallowed by, the model's real run.
 * A run that is joined keeps its turn.
 * @throws PRN-API-009 a plan for one run only cannot join a run that has another one
 */
export async function startOrJoinRun(client: Client, input: RetrainInput, turn?: Turn): Promise<Started> {
  const workflowId = runWorkflowId(input);
  const about = `the run of ${input.model}`;
  // A run may close between the two calls, so the pair is tried a few times.
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const started = await callTemporal(client, { about }, () => tryToStart(client, workflowId, input, turn));
    if (started) return started;
    if (input.plan && !input.smoke) throw busy(input.model);
    if (await join(client, workflowId, input)) return { workflowId, temporalRunId: null, joined: true };
  }
  throw new PerennialError('PRN-API-012', { message: `${about} kept closing and opening while it was being joined.` });
}

function runWorkflowId({ model, plan, smoke }: RetrainInput): string {
  if (!smoke) return workflowIds.retrain(model);
  return `${workflowIds.retrain(model)}:smoke:${plan ? plan.digest.slice(0, 12) : 'applied'}`;
}

async function tryToStart(
  client: Client,
  workflowId: string,
  input: RetrainInput,
  turn: Turn | undefined,
): Promise<Started | null> {
  try {
    const handle = await client.workflow.start('retrain', {
      workflowId,
      taskQueue: taskQueues.control,
      args: [input],
      staticSummary: `${input.model} as of ${input.asOf?.slice(0, 10)}`,
      workflowIdConflictPolicy: 'FAIL',
      // Inherited by all that the run does on the control queue.
      ...(turn ? { priority: taskPriority(turn) } : {}),
    });
    return { workflowId, temporalRunId: handle.firstExecutionRunId, joined: false };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return null;
    throw error;
  }
}

async function join(client: Client, workflowId: string, { trigger, asOf, model }: RetrainInput): Promise<boolean> {
  try {
    await callTemporal(client, { about: `the run of ${model}` }, () =>
      client.workflow.getHandle(workflowId).signal(triggerSignal, { ...trigger, asOf }),
    );
    return true;
  } catch (error) {
    if (error instanceof PerennialError && error.code === 'PRN-API-004') return false;
    throw error;
  }
}

function busy(model: string): PerennialError {
  return new PerennialError('PRN-API-009', {
    message: `A run of ${model} is open; a run with a plan of its own can start when it has closed.`,
  });
}

type RunKey = Pick<RunRecord, 'run' | 'workflowId' | 'temporalRunId'>;

/** @throws PRN-API-012 when no worker answers */
export async function queryProgress(client: Client, key: RunKey): Promise<RunProgress> {
  return await callTemporal(client, { about: `run ${key.run}`, answeredBy: 'workflow' }, () =>
    handleOf(client, key).query(progressQuery),
  );
}

/** Gives a vote to the run; the workflow's validator answers at once. @throws PRN-API-008 with the validator's words */
export async function vote(
  client: Client,
  key: RunKey,
  decision: 'approve' | 'reject',
  given: ApprovalVote,
): Promise<string> {
  const update = decision === 'approve' ? approveUpdate : rejectUpdate;
  return await callTemporal(client, updating(key), () =>
    handleOf(client, key).executeUpdate(update, { args: [given] }),
  );
}

export async function retryStage(client: Client, key: RunKey, retry: StageRetry): Promise<string> {
  return await callTemporal(client, updating(key), () =>
    handleOf(client, key).executeUpdate(retryStageUpdate, { args: [retry] }),
  );
}

/** Asks the workflow to stop; it cleans up its machines and closes the run itself. */
export async function cancelRun(client: Client, key: RunKey): Promise<void> {
  await callTemporal(client, { about: `run ${key.run}` }, () => handleOf(client, key).cancel());
}

/** What an open run waits for in vain; nothing when Temporal cannot say. */
export async function runTrouble(client: Client, key: RunKey): Promise<readonly string[]> {
  const ask = () => handleOf(client, key).describe();
  return await callTemporal(client, { about: `run ${key.run}`, timeoutMs: 2_000 }, ask).then(troubleOf, () => []);
}

const updating = (key: RunKey) => ({ about: `run ${key.run}`, answeredBy: 'workflow', timeoutMs: 15_000 }) as const;

const handleOf = (client: Client, key: RunKey) => client.workflow.getHandle(key.workflowId, key.temporalRunId);
