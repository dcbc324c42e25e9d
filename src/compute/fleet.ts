import type { ModelFile } from '../plan/schema.ts';
import { priorities } from '../plan/schema-words.ts';
import { readWorkerName } from './standing.ts';
import type { Turn } from './turn.ts';

/** Standing machines as their queues show them: who listens, who trains, whose work waits. Instants are ISO strings. */

/** A training that waits for a standing machine, or is on one. */
export interface StandingJob {
  readonly run: string;
  readonly stage: string;
  readonly trial: number | null;
  readonly queue: string;
  readonly turn: Turn;
  readonly state: 'waiting' | 'training';
  readonly since: string;
  /** Name of the worker that trains; null while the job waits. */
  readonly worker: string | null;
}

/** What the task queue itself knows. */
export interface QueueSighting {
  readonly queue: string;
  readonly pollers: readonly { readonly name: string; readonly seenAt: string }[];
  /** Tasks that wait, as the queue estimates it some seconds late. */
  readonly backlog: number;
}

export interface FleetWorker {
  readonly name: string;
  readonly host: string;
  /** Null: not a training worker of ours. */
  readonly slots: number | null;
  readonly jobs: readonly StandingJob[];
}

export interface WaitingTeam extends Turn {
  readonly jobs: number;
  /** Since when the oldest of them waits. */
  readonly since: string;
}

export interface FleetQueue {
  readonly queue: string;
  readonly kind: 'control' | 'training';
  /** Models whose plan trains here. */
  readonly models: readonly string[];
  readonly workers: readonly FleetWorker[];
  /** In the order in which they are taken up: by priority, then by name. */
  readonly waiting: readonly WaitingTeam[];
  readonly backlog: number;
}

/**
 * A worker asks for work about once a minute while it has a free slot, and not at all while it has none; Temporal goes on to
 * list it for some minutes after its end.
 */
const silentForMs = 75_000;

export function fleetQueue(
  kind: FleetQueue['kind'],
  sighting: QueueSighting,
  known: { readonly models: readonly string[]; readonly jobs: readonly StandingJob[]; readonly now: string },
): FleetQueue {
  const jobs = known.jobs.filter(({ queue }) => queue === sighting.queue);
  const training = jobs.filter(({ state }) => state === 'training');
  const alive = sighting.pollers.filter(({ seenAt }) => Date.parse(known.now) - Date.parse(seenAt) < silentForMs);
  const names = new Set([...alive.map(({ name }) => name), ...training.flatMap(({ worker }) => worker ?? [])]);
  return {
    queue: sighting.queue,
    kind,
    models: known.models,
    workers: [...names].sort().map((name) => ({
      name,
      ...readWorkerName(name),
      jobs: training.filter(({ worker }) => worker === name),
    })),
    waiting: waitingTeams(jobs.filter(({ state }) => state === 'waiting')),
    backlog: sighting.backlog,
  };
}

function waitingTeams(jobs: readonly StandingJob[]): WaitingTeam[] {
  const oldestFirst = [...jobs].sort((a, b) => (a.since < b.since ? -1 : 1));
  const teams = new Map<string, WaitingTeam>();
  for (const { turn, since } of oldestFirst) {
    const key = `${priorities.indexOf(turn.priority)} ${turn.team}`;
    const known = teams.get(key) ?? { ...turn, jobs: 0, since };
    teams.set(key, { ...known, jobs: known.jobs + 1 });
  }
  return [...teams].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, team]) => team);
}

/** Models by the standing queues that their plans train on. */
export function standingQueues(files: readonly ModelFile[], usual: string): ReadonlyMap<string, readonly string[]> {
  const queues = new Map<string, string[]>([[usual, []]]);
  for (const file of files)
    for (const queue of queuesOf(file, usual)) queues.set(queue, [...(queues.get(queue) ?? []), file.model]);
  return queues;
}

/** The standing queues of a plan's train stages; `stages` only of these. */
export function queuesOf(
  { plan, compute }: Pick<ModelFile, 'plan' | 'compute'>,
  usual: string,
  stages: readonly string[] = Object.keys(plan),
): ReadonlySet<string> {
  return new Set(
    stages.flatMap((name) => {
      const spec = plan[name];
      if (spec?.kind !== 'train') return [];
      const machine = compute[spec.compute];
      return machine?.provider === 'ec2' ? [] : [machine?.queue ?? usual];
    }),
  );
}

/** Null while somebody listens. */
export function unattended({
  queue,
  kind,
  workers,
}: FleetQueue): { readonly why: string; readonly cure: string } | null {
  if (workers.length > 0) return null;
  if (kind === 'control') return { why: 'no control worker runs', cure: 'node dist/workers/control.js' };
  const cure = `PERENNIAL_TRAINING_QUEUE=${queue} node dist/workers/training.js`;
  return { why: `no training worker listens on queue ${queue}`, cure };
}

export function waitingJobs({ waiting }: FleetQueue): number {
  return waiting.reduce((sum, { jobs }) => sum + jobs, 0);
}
