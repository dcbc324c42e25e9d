import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { RetrainInput, RunResult } from './messages.ts';
import { registry } from './proxies.ts';
import { RunDesk } from './run-desk.ts';
import { RunWalk } from './run-walk.ts';
import { asOfOrSchedule } from './schedule-time.ts';
import { searchAttributes } from './search-attributes.ts';

/**
 * One run of a model's plan: opens the run, walks its stages as a graph, closes the run. A stage that failed waits for a retry
 * from where it stopped. At most one is open per model; a second trigger joins it, or queues behind it where the plan says so.
 */
export async function retrain(input: RetrainInput): Promise<RunResult> {
  const asOf = input.asOf ?? asOfOrSchedule();
  const desk = new RunDesk({ ...input, asOf });
  upsertSearchAttributes([
    { key: searchAttributes.model, value: input.model },
    { key: searchAttributes.trigger, value: input.trigger.kind },
  ]);
  const { workflowId, runId } = workflowInfo();
  // A cancel that came while the run was being opened must still find a run to close.
  const opened = await CancellationScope.nonCancellable(() =>
    registry.openRun({ ...input, asOf, workflowId, temporalRunId: runId }),
  );

  const walk = new RunWalk(desk, opened, { smoke: input.smoke ?? false, anew: input.noCache ?? false });
  // Also of a run that is cancelled: what somebody has signalled is recorded before it ends.
  const result = await walk
    .carryThrough()
    .finally(() => CancellationScope.nonCancellable(() => condition(allHandlersFinished)));
  if (desk.queued && opened.plan.file.retrain.whenBusy === 'queue') {
    const { asOf: queuedFor, ...trigger } = desk.queued;
    await continueAsNew<typeof retrain>({
      model: input.model,
      asOf: queuedFor ?? new Date().toISOString(),
      trigger,
    });
  }
  return result;
}
