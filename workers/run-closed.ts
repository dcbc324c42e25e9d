import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Registry } from '../src/registry/registry.ts';

/**
 * When a run ended; null while it is open, or where the registry has never heard of it. A workflow that somebody has terminated
 * could not write its end into the registry: Temporal is asked too.
 */
export async function runClosedAt(registry: Registry, client: Client, run: string): Promise<string | null> {
  const record = await registry.run(run).catch(() => null);
  if (!record) return null;
  if (record.endedAt) return record.endedAt;
  try {
    const { closeTime } = await client.workflow.getHandle(record.workflowId, record.temporalRunId).describe();
    return closeTime?.toISOString() ?? null;
  } catch (error) {
    // Long closed: Temporal has forgotten it.
    if (error instanceof WorkflowNotFoundError) return record.startedAt;
    throw error;
  }
}
