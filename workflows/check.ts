import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  setCurrentDetails,
  startChild,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { Trigger } from '../src/registry/registry.ts';
import { type CheckInput, type CheckResult, type RetrainInput, triggerSignal, workflowIds } from './messages.ts';
import { checks, notifications, registry } from './proxies.ts';
import { retrain } from './retrain.ts';
import { asOfOrSchedule } from './schedule-time.ts';
import { searchAttributes } from './search-attributes.ts';

/** Compares the current window with what the champion learned from; on an alarm it does what the model file says. */
export async function check(input: CheckInput): Promise<CheckResult> {
  const asOf = input.asOf ?? asOfOrSchedule();
  upsertSearchAttributes([
    { key: searchAttributes.model, value: input.model },
    { key: searchAttributes.trigger, value: input.trigger.kind },
  ]);
  const measured = await checks.measureCheck({ model: input.model, asOf });
  upsertSearchAttributes([{ key: searchAttributes.verdict, value: measured.verdict }]);
  setCurrentDetails(`As of ${asOf}: **${measured.verdict}**. ${measured.summary}`);
  const { verdict, summary, evidence } = measured;
  if (verdict !== 'alarm' || !evidence) return { asOf, verdict, summary, evidence, reaction: 'none', retrain: null };

  const alarm = await registry.openAlarm({ model: input.model, asOf, summary, evidence });
  const reaction =
    alarm.reaction === 'retrain'
      ? await startOrJoin(input.model, asOf, { kind: 'alarm', by: `check:${asOf}`, reason: summary })
      : alarm.reaction;
  // Told after the deed: a webhook that does not answer must not hold up the run.
  await Promise.all(
    alarm.webhooks.map((webhook) =>
      notifications
        .notify({ webhook, on: 'alarm', model: input.model, run: null, text: summary })
        .catch(() => undefined),
    ),
  );
  return {
    asOf,
    verdict,
    summary,
    evidence,
    reaction,
    retrain: reaction.startsWith('run-') ? workflowIds.retrain(input.model) : null,
  };
}

/** What a schedule starts: the run itself has a fixed id, so that a schedule and an alarm can never run side by side. */
export async function retrainOnSchedule(input: RetrainInput): Promise<'run-started' | 'run-joined'> {
  return await startOrJoin(input.model, input.asOf ?? asOfOrSchedule(), input.trigger);
}

/** The open run may close before it hears of the trigger, so the pair is tried a few times. */
async function startOrJoin(model: string, asOf: string, trigger: Trigger): Promise<'run-started' | 'run-joined'> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (await startRun(model, asOf, trigger)) return 'run-started';
    if (await joinRun(model, asOf, trigger)) return 'run-joined';
  }
  throw ApplicationFailure.create({
    type: 'PRN-API-012',
    message: `the run of ${model} kept closing and opening while it was being joined`,
  });
}

async function startRun(model: string, asOf: string, trigger: Trigger): Promise<boolean> {
  try {
    await startChild(retrain, {
      workflowId: workflowIds.retrain(model),
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `${model} as of ${asOf.slice(0, 10)}`,
      args: [{ model, asOf, trigger }],
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

async function joinRun(model: string, asOf: string, trigger: Trigger): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(workflowIds.retrain(model)).signal(triggerSignal, { ...trigger, asOf });
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return false;
  }
}
