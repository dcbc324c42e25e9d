import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  getExternalWorkflowHandle,
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

async function startOrJoin(model: string, asOf: string, trigger: Trigger): Promise<'run-started' | 'run-joined'> {
  const workflowId = workflowIds.retrain(model);
  try {
    await startChild(retrain, {
      workflowId,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `${model} as of ${asOf.slice(0, 10)}`,
      args: [{ model, asOf, trigger }],
    });
    return 'run-started';
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    await getExternalWorkflowHandle(workflowId)
      .signal(triggerSignal, { ...trigger, asOf })
      .catch(() => undefined);
    return 'run-joined';
  }
}
