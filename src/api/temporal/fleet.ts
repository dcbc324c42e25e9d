import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { taskQueues } from '../../../workflows/messages.ts';
import { type FleetQueue, fleetQueue, type QueueSighting, type StandingJob, unattended } from '../../compute/fleet.ts';
import { turnFrom } from '../../compute/turn.ts';
import type { Fleet } from '../wire.ts';
import { callTemporal } from './call.ts';

/** Open trainings that are looked at, and how many of them at once. */
const lookedAt = 500;
const atOnce = 25;

/** `queues`: models by the queues that their plans train on. @throws PRN-API-006 Temporal is unreachable */
export async function readFleet(
  client: Client,
  queues: ReadonlyMap<string, readonly string[]>,
  timeoutMs = 15_000,
): Promise<Fleet> {
  return await callTemporal(client, { about: 'the standing machines', timeoutMs }, async () => {
    const { jobs, more } = await standingJobs(client);
    const training = new Set([...queues.keys(), ...jobs.map(({ queue }) => queue)]);
    const now = new Date().toISOString();
    const look = async (kind: FleetQueue['kind'], queue: string) =>
      fleetQueue(kind, await sightingOf(client, queue), { models: queues.get(queue) ?? [], jobs, now });
    const looks = [look('control', taskQueues.control), ...[...training].map((queue) => look('training', queue))];
    return { at: now, queues: await Promise.all(looks), more };
  });
}

/** How long an answer about waiting jobs is good for: many may watch the same runs. */
const freshForMs = 10_000;

/** Trainings that wait on queues where nobody listens, some seconds old; none when Temporal cannot say. */
export function unattendedJobs(client: Client): () => Promise<readonly StandingJob[]> {
  let askedAt = Number.NEGATIVE_INFINITY;
  let answer: Promise<readonly StandingJob[]> = Promise.resolve([]);
  return () => {
    if (performance.now() - askedAt < freshForMs) return answer;
    askedAt = performance.now();
    answer = readFleet(client, new Map(), 3_000).then(
      ({ queues }) => queues.filter((queue) => unattended(queue)).flatMap(({ waiting }) => waiting),
      () => [],
    );
    return answer;
  };
}

async function standingJobs(
  client: Client,
): Promise<{ readonly jobs: readonly StandingJob[]; readonly more: boolean }> {
  const open: { workflowId: string; runId: string }[] = [];
  const query = `WorkflowType IN ('train', 'sweep') AND ExecutionStatus = 'Running'`;
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    open.push({ workflowId, runId });
    if (open.length > lookedAt) break;
  }
  const jobs: StandingJob[] = [];
  const some = open.slice(0, lookedAt);
  for (let at = 0; at < some.length; at += atOnce) {
    const looks = some
      .slice(at, at + atOnce)
      .map(({ workflowId, runId }) => client.workflow.getHandle(workflowId, runId).describe());
    // A training may end between the two calls.
    const found = await Promise.allSettled(looks);
    jobs.push(...found.flatMap((look) => (look.status === 'fulfilled' ? jobsOf(look.value) : [])));
  }
  return { jobs, more: open.length > lookedAt };
}

/** PENDING_ACTIVITY_STATE_SCHEDULED */
const scheduled = 1;

function jobsOf({ workflowId, priority, raw }: WorkflowExecutionDescription): StandingJob[] {
  return (raw.pendingActivities ?? []).flatMap((activity): StandingJob[] => {
    const queue = activity.activityOptions?.taskQueue?.name ?? '';
    if (activity.activityType?.name !== 'train' || queue === '' || isRented(queue)) return [];
    const waits = activity.state === scheduled;
    return [
      {
        ...jobName(workflowId, activity.activityId ?? ''),
        queue,
        turn: turnFrom(priority ?? {}),
        state: waits ? 'waiting' : 'training',
        since: instantOf(waits ? activity.scheduledTime : activity.lastStartedTime),
        worker: waits ? null : (activity.lastWorkerIdentity ?? null),
      },
    ];
  });
}

/** A machine that was rented for one job has a queue of its own; `perennial machines` tells of it. */
const isRented = (queue: string) => queue.startsWith('vm-');

/** `retrain:<model>/<run>/<stage>/<attempt>`; a trial is an activity `t<trial>` of such a workflow, or on a rented machine its child. */
function jobName(workflowId: string, activityId: string): Pick<StandingJob, 'run' | 'stage' | 'trial'> {
  const path = `${workflowId}/${activityId}`;
  const [, run = workflowId, stage = '', trial] = /\/([^/]+)\/([^/]+)\/\d+(?:\/t(\d+))?(?:\/\d+)?$/.exec(path) ?? [];
  return { run, stage, trial: trial === undefined ? null : Number(trial) };
}

/** TASK_QUEUE_TYPE_ACTIVITY */
const activityTasks = 2;

async function sightingOf(client: Client, queue: string): Promise<QueueSighting> {
  const { pollers, stats } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: queue },
    taskQueueType: activityTasks,
    reportStats: true,
  });
  return {
    queue,
    pollers: (pollers ?? []).map((poller) => ({
      name: poller.identity ?? '',
      seenAt: instantOf(poller.lastAccessTime),
    })),
    backlog: Number(String(stats?.approximateBacklogCount ?? 0)),
  };
}

/** Seconds come as a number or as an object that prints as one. */
function instantOf(time: { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined): string {
  return new Date(Number(String(time?.seconds ?? 0)) * 1_000 + Math.floor((time?.nanos ?? 0) / 1e6)).toISOString();
}
