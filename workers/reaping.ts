import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { taskQueues, workflowIds } from '../workflows/messages.ts';

/** Makes sure that the reaper looks every minute. Whoever comes second finds the schedule there; one that a person has paused stays paused. */
export async function scheduleReaping(client: Client): Promise<void> {
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
