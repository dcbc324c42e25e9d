import { Client, Connection } from '@temporalio/client';

/** How often each activity of a workflow and of its children was tried, by the activity's name: the highest attempt of all calls. */
export async function attemptsOf(address: string, workflowId: string, temporalRunId: string) {
  const connection = await Connection.connect({ address });
  try {
    const attempts = new Map<string, number>();
    await collect(new Client({ connection }), { workflowId, runId: temporalRunId }, attempts);
    return Object.fromEntries(attempts);
  } finally {
    await connection.close();
  }
}

async function collect(
  client: Client,
  execution: { readonly workflowId: string; readonly runId: string },
  attempts: Map<string, number>,
): Promise<void> {
  const { events } = await client.workflow.getHandle(execution.workflowId, execution.runId).fetchHistory();
  const names = new Map<string, string>();
  for (const event of events ?? []) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) names.set(String(event.eventId), scheduled.activityType?.name ?? '');
    const started = event.activityTaskStartedEventAttributes;
    if (started) {
      const name = names.get(String(started.scheduledEventId)) ?? '';
      attempts.set(name, Math.max(attempts.get(name) ?? 0, started.attempt ?? 0));
    }
    const child = event.childWorkflowExecutionStartedEventAttributes?.workflowExecution;
    if (child?.workflowId && child.runId)
      await collect(client, { workflowId: child.workflowId, runId: child.runId }, attempts);
  }
}
