import { workflowInfo } from '@temporalio/workflow';

/** The instant that a schedule meant, so that a late or back-filled run sees the data of its day; else the start of the workflow. */
export function asOfOrSchedule(): string {
  const scheduled = workflowInfo().searchAttributes.TemporalScheduledStartTime?.[0];
  return (scheduled instanceof Date ? scheduled : workflowInfo().startTime).toISOString();
}
