import { Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { taskQueues, workflowIds } from '../workflows/messages.ts';

/** Makes sure that the reaper looks every minute. Whoever comes second finds the schedule there; one that a person has paused stays paused. */
export async function scheduleReaping(connection: NativeConnection, namespace: string): Promise<void> {
  const client = new Client({ connection, namespace });
  try {
    await client.schedule.create({
      scheduleId: workflowIds.reap,
      spec: { intervals: [{ every: '1 minute' }] },
      action: {
        type: 'startWorkflow',
        workflowType: 'reap',
        workflowId: workflowIds.reap,
        taskQueue: taskQueues.control,
      },
      // A cloud that does not answer keeps one reaper busy; a second would only ask it too.
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
