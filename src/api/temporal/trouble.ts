import type { WorkflowExecutionDescription } from '@temporalio/client';

/** One failure is nothing, and retried; from the third on a person should know. */
const worthTelling = 3;

/** PENDING_ACTIVITY_STATE_STARTED */
const started = 2;

/** What the workflow waits for in vain, a line for each activity that keeps failing. */
export function troubleOf({ raw }: Pick<WorkflowExecutionDescription, 'raw'>): readonly string[] {
  return (raw.pendingActivities ?? []).flatMap(({ attempt, lastFailure, activityType, state }) => {
    // One that runs now may well be past its trouble.
    if (state === started || (attempt ?? 0) < worthTelling || !lastFailure) return [];
    const [why = ''] = (lastFailure.message ?? '').split('\n');
    return [`${activityType?.name ?? 'an activity'} keeps failing: ${why}`];
  });
}
