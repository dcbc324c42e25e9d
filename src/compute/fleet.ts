import { priorities } from '../plan/priorities.ts';
import type { ModelFile } from '../plan/schema.ts';
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
  /** The most pressing first, and of these the oldest. */
  readonly waiting: readonly StandingJob[];
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
    waiting: jobs.filter(({ state }) => state === 'waiting').sort(byPressure),
    backlog: sighting.backlog,
  };
}

function byPressure(a: StandingJob, b: StandingJob): number {
  const pressure = priorities.indexOf(a.turn.priority) - priorities.indexOf(b.turn.priority);
  return pressure || Date.parse(a.since) - Date.parse(b.since);
}

/** How much of each team waits, by priority; teams of one priority share by weight. */
export function waitingTeams({ waiting }: Pick<FleetQueue, 'waiting'>): readonly WaitingTeam[] {
  const teams = new Map<string, WaitingTeam>();
  for (const { turn, since } of waiting) {
    const key = `${turn.priority} ${turn.team}`;
    const known = teams.get(key) ?? { ...turn, jobs: 0, since };
    teams.set(key, { ...known, jobs: known.jobs + 1 });
  }
  return [...teams.values()];
}

/** Models by the standing queues that their plans train on. */
export function standingQueues(files: readonly ModelFile[], usual: string): ReadonlyMap<string, readonly string[]> {
  const queues = new Map<string, string[]>([[usual, []]]);
  for (const file of files)
    for (const queue of queuesOf(file, usual)) queues.set(queue, [...(queues.get(queue) ?? []), file.model]);
  return queues;
}

function queuesOf({ plan, compute }: ModelFile, usual: string): ReadonlySet<string> {
  const machines = Object.values(plan).flatMap((spec) => (spec.kind === 'train' ? [compute[spec.compute]] : []));
  return new Set(machines.flatMap((machine) => (machine?.provider === 'ec2' ? [] : [machine?.queue ?? usual])));
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
