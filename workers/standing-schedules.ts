import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { taskQueues, workflowIds } from '../workflows/messages.ts';

/** The reaper looks every minute. A cloud that does not answer keeps one reaper busy; a second would only ask it too. */
export async function scheduleReaping(client: Client): Promise<void> {
  await schedule(client, { id: workflowIds.reap, workflowType: 'reap', every: '1 minute' });
}

/** The gateways' logs are packed every hour. */
export async function scheduleLogPacking(client: Client): Promise<void> {
  await schedule(client, { id: workflowIds.packLogs, workflowType: 'packLogs', every: '1 hour' });
}

interface Standing {
  readonly id: string;
  readonly workflowType: string;
  readonly every: '1 minute' | '1 hour';
}

/** Whoever comes second finds the schedule there; one that a person has paused stays paused. */
async function schedule(client: Client, { id, workflowType, every }: Standing): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: id,
      spec: { intervals: [{ every }] },
      action: { type: 'startWorkflow', workflowType, workflowId: id, taskQueue: taskQueues.control },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: every },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
