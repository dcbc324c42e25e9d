import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  patched,
  setCurrentDetails,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { MeasuredCheck } from '../activities/check.ts';
import type { Notification } from '../activities/notify.ts';
import type { Trigger } from '../src/registry/registry.ts';
import { type CheckInput, type CheckResult, type RetrainInput, triggerSignal, workflowIds } from './messages.ts';
import { alarms, checks, notifications, profiles } from './proxies.ts';
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
  if (patched('days-are-profiled')) await profileDays(input.model, asOf);
  const measured = await checks.measureCheck({ model: input.model, asOf });
  upsertSearchAttributes([{ key: searchAttributes.verdict, value: measured.verdict }]);
  setCurrentDetails(`As of ${asOf}: **${measured.verdict}**. ${measured.summary}`);
  // Checks that are open while this is deployed go on as they began.
  return patched('checks-are-recorded')
    ? await moveAlarms(input, asOf, measured)
    : await openDaily(input, asOf, measured);
}

/** Usually one new day. Many days, as after a new champion, and the columns of a wide table are spread over all control workers. */
async function profileDays(model: string, asOf: string): Promise<void> {
  const { days, groups } = patched('wide-days-are-grouped')
    ? await profiles.profilesToMake({ model, asOf })
    : { days: await profiles.daysToProfile({ model, asOf }), groups: 1 };
  const size = Math.max(1, Math.ceil(days.length / profilersAtMost));
  const parts = Array.from({ length: Math.ceil(days.length / size) }, (_, at) =>
    days.slice(at * size, (at + 1) * size),
  );
  if (groups === 1) {
    await Promise.all(parts.map((part) => profiles.profileDays({ model, days: part })));
    return;
  }
  const work = parts.flatMap((part) => Array.from({ length: groups }, (_, group) => ({ days: part, group, groups })));
  const inTurn = async (): Promise<void> => {
    for (let next = work.shift(); next !== undefined; next = work.shift())
      await profiles.profileGroup({ model, ...next });
  };
  await Promise.all(Array.from({ length: profilersAtMost }, inTurn));
  await Promise.all(parts.map((part) => profiles.joinGroups({ model, days: part, groups })));
}

const profilersAtMost = 8;

/** The registry keeps the check and moves the alarms; what they want done is done here. */
async function moveAlarms({ model, trigger }: CheckInput, asOf: string, measured: MeasuredCheck): Promise<CheckResult> {
  const { verdict, summary, evidence, durations = {} } = measured;
  const { workflowId, runId: temporalRunId } = workflowInfo();
  const recorded = await alarms.recordCheck({
    ...{ model, asOf, verdict, summary, evidence, durations, trigger, workflowId, temporalRunId },
  });
  const reaction =
    recorded.reaction === 'retrain'
      ? await startOrJoin(model, asOf, { kind: 'alarm', by: `check:${asOf}`, reason: recorded.reason })
      : recorded.reaction;
  const { notices } = recorded;
  await tell(notices.map((notice) => ({ model, run: null, event: `${model}/${asOf}/${notice.text}`, ...notice })));
  return { asOf, verdict, summary, evidence, reaction, retrain: runOf(model, reaction), told: recorded.told };
}

async function openDaily({ model }: CheckInput, asOf: string, measured: MeasuredCheck): Promise<CheckResult> {
  const { verdict, summary, evidence } = measured;
  if (verdict !== 'alarm' || !evidence) return { asOf, verdict, summary, evidence, reaction: 'none', retrain: null };
  const alarm = await alarms.openAlarm({ model, asOf, summary, evidence });
  const reaction =
    alarm.reaction === 'retrain'
      ? await startOrJoin(model, asOf, { kind: 'alarm', by: `check:${asOf}`, reason: summary })
      : alarm.reaction;
  await tell(alarm.webhooks.map((webhook) => ({ webhook, on: 'alarm', model, run: null, text: summary })));
  return { asOf, verdict, summary, evidence, reaction, retrain: runOf(model, reaction) };
}

/** After the deed: an address that does not answer must not hold up the run. */
async function tell(notices: readonly Notification[]): Promise<void> {
  await Promise.all(notices.map((notice) => notifications.notify(notice).catch(() => undefined)));
}

function runOf(model: string, reaction: CheckResult['reaction']): string | null {
  return reaction.startsWith('run-') ? workflowIds.retrain(model) : null;
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
