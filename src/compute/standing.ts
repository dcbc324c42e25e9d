import type { TeamWeights } from './turn.ts';

/** What the settings of a standing machine say, as text in environment variables. */

export interface QueueSlots {
  readonly queue: string;
  /** Trainings at the same time. */
  readonly slots: number;
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: string };

/** `training-gpu=1, training`: queues of one machine with the trainings that each may hold; without a number `usual`. */
export function parseQueues(text: string, usual: number): Parsed<readonly QueueSlots[]> {
  const queues: QueueSlots[] = [];
  for (const part of partsOf(text)) {
    const [, queue = '', slots = `${usual}`] = /^([^=\s]+)(?:\s*=\s*(\S+))?$/.exec(part) ?? [];
    if (queue === '' || !/^[1-9]\d{0,3}$/.test(slots))
      return { ok: false, fault: `"${part}" is not a queue, nor <queue>=<slots> with 1 slot or more` };
    if (queues.some((other) => other.queue === queue)) return { ok: false, fault: `queue "${queue}" is named twice` };
    queues.push({ queue, slots: Number(slots) });
  }
  return queues.length > 0 ? { ok: true, value: queues } : { ok: false, fault: 'it names no queue' };
}

/** `vision=3, search=0.5`; who is not named has 1. */
export function parseTeamWeights(text: string): Parsed<TeamWeights> {
  const weights = new Map<string, number>();
  for (const part of partsOf(text)) {
    const [, team = '', weight = ''] = /^(.+?)\s*=\s*(\d*\.?\d+)$/.exec(part) ?? [];
    const value = Number(weight);
    if (team === '' || !(value >= 0.001 && value <= 1000))
      return { ok: false, fault: `"${part}" is not <team>=<weight> with a weight from 0.001 to 1000` };
    if (weights.has(team)) return { ok: false, fault: `team "${team}" is named twice` };
    weights.set(team, value);
  }
  return { ok: true, value: weights };
}

function partsOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** How a training worker names itself to Temporal, which tells of workers nothing but their names. */
export function workerName(host: string, pid: number, slots: number): string {
  return `${host}/${pid} slots=${slots}`;
}

/** `slots` is null for workers that are not ours. */
export function readWorkerName(name: string): { readonly host: string; readonly slots: number | null } {
  const [, host = name, slots] = /^(.*) slots=(\d+)$/.exec(name) ?? [];
  return { host, slots: slots === undefined ? null : Number(slots) };
}
