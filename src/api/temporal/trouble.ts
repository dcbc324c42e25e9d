import type { WorkflowExecutionDescription } from '@temporalio/client';

/** One failure is nothing, and retried; from the third on a person should know. */
const worthTelling = 3;

/** What the workflow waits for in vain, a line for each activity that keeps failing. */
export function troubleOf({ raw }: Pick<WorkflowExecutionDescription, 'raw'>): readonly string[] {
  return (raw.pendingActivities ?? []).flatMap(({ attempt, lastFailure, activityType }) => {
    if ((attempt ?? 0) < worthTelling || !lastFailure) return [];
    const [why = ''] = (lastFailure.message ?? '').split('\n');
    return [`${activityType?.name ?? 'an activity'} keeps failing: ${why}`];
  });
}
