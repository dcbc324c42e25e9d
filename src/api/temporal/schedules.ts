import { type Client, ScheduleNotFoundError, ScheduleOverlapPolicy, type ScheduleSpec } from '@temporalio/client';
import { taskQueues, workflowIds } from '../../../workflows/messages.ts';
import { type Turn, taskPriority } from '../../compute/turn.ts';
import type { ModelFile } from '../../plan/schema.ts';
import { callTemporal } from './call.ts';

export interface PlannedSchedule {
  readonly id: string;
  readonly cron: string;
  readonly workflow: 'check' | 'retrainOnSchedule';
  readonly overlap: ScheduleOverlapPolicy;
}

/** The schedules that a model file asks for; cron expressions are read in UTC. */
export function plannedSchedules(file: ModelFile): readonly PlannedSchedule[] {
  const planned: PlannedSchedule[] = [];
  if (file.check?.schedule) {
    // A check that is still running when the next one is due would look at the same data: the next one is skipped.
    const id = workflowIds.checkSchedule(file.model);
    planned.push({ id, cron: file.check.schedule, workflow: 'check', overlap: ScheduleOverlapPolicy.SKIP });
  }
  if (file.retrain.schedule) {
    // Temporal appends the time to a schedule's workflow ids; the small workflow starts or joins `retrain:<model>`.
    const id = workflowIds.retrainSchedule(file.model);
    const overlap = ScheduleOverlapPolicy.BUFFER_ONE;
    planned.push({ id, cron: file.retrain.schedule, workflow: 'retrainOnSchedule', overlap });
  }
  return planned;
}

/** Creates, updates and deletes the model's schedules until they equal the plan. Safe to repeat. */
export async function reconcileSchedules(
  client: Client,
  file: ModelFile,
  turn?: Turn,
): Promise<readonly PlannedSchedule[]> {
  const planned = plannedSchedules(file);
  // A schedule is described by a workflow inside Temporal; on a busy server its answer can miss one deadline.
  const options = { about: `the schedules of ${file.model}`, attempts: 2 };
  for (const schedule of planned) await callTemporal(client, options, () => put(client, file.model, schedule, turn));
  const wanted = new Set(planned.map(({ id }) => id));
  const possible = [workflowIds.checkSchedule(file.model), workflowIds.retrainSchedule(file.model)];
  for (const id of possible) if (!wanted.has(id)) await callTemporal(client, options, () => remove(client, id));
  return planned;
}

async function put(client: Client, model: string, planned: PlannedSchedule, turn: Turn | undefined): Promise<void> {
  const spec: ScheduleSpec = { cronExpressions: [planned.cron], jitter: '60s', timezone: 'UTC' };
  const action = {
    type: 'startWorkflow' as const,
    workflowType: planned.workflow,
    workflowId: planned.id,
    taskQueue: taskQueues.control,
    args: [{ model, asOf: null, trigger: { kind: 'schedule', by: 'schedule' } }],
    ...(turn ? { priority: taskPriority(turn) } : {}),
  };
  const policies = { overlap: planned.overlap, catchupWindow: '1d' } as const;
  const handle = client.schedule.getHandle(planned.id);
  try {
    // `state` is kept: a schedule that a person has paused stays paused.
    await handle.update(({ state }) => ({ spec, action, policies, state }));
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    await client.schedule.create({ scheduleId: planned.id, spec, action, policies });
  }
}

async function remove(client: Client, id: string): Promise<void> {
  try {
    await client.schedule.getHandle(id).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}
