import { seeded } from '../e2e/parcels.ts';
import { descendantsOf, isAlive } from '../e2e/processes.ts';
import type { Running } from '../e2e/sandbox.ts';
import { eventually } from '../e2e/waiting.ts';

export const programs = ['control', 'training', 'gateway', 'temporal', 'database', 'api'] as const;
export type ProgramName = (typeof programs)[number];
export const moments = ['train', 'evaluate', 'rollout'] as const;
export type Moment = (typeof moments)[number];

/** As many runs as programs: in each another program dies at each moment, and every program at every moment. */
export function killPlan(seed: number): readonly Readonly<Record<Moment, ProgramName>>[] {
  const random = seeded(seed);
  const order = programs
    .map((name) => ({ name, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ name }) => name);
  const at = (index: number) => order[index % order.length] ?? 'control';
  return order.map((_, run) => ({ train: at(run), evaluate: at(run + 2), rollout: at(run + 4) }));
}

export interface Kill {
  readonly run: string;
  readonly moment: Moment;
  readonly program: ProgramName;
  readonly atMs: number;
  /** Trainers that lived when the training worker was killed. */
  readonly trainers: readonly number[];
}

export function kill({ platform }: Running, run: string, moment: Moment, program: ProgramName): Kill {
  const pid = platform.pids()[program];
  if (pid === undefined || !isAlive(pid)) throw new Error(`${program} does not run, so it cannot be killed`);
  const trainers = program === 'training' ? descendantsOf(pid) : [];
  process.kill(pid, 'SIGKILL');
  return { run, moment, program, atMs: Date.now(), trainers };
}

/** The process of the trainer that runs now. */
export function trainersOf({ platform }: Running): number[] {
  const pid = platform.pids().training;
  return pid === undefined ? [] : descendantsOf(pid);
}

/** Milliseconds from the kill until the run itself says, or shows, that it goes on. */
export async function untilGoesOn(running: Running, { run, moment, program, atMs }: Kill, rollout: string) {
  const { client } = running;
  await eventually(`${run} goes on after ${program} was killed during ${moment}`, 60_000, async () => {
    const { source, progress } = await client.run(run);
    if (source !== 'workflow' && progress.state !== 'closed') return null;
    if (moment === 'train') return program !== 'training' || trainersOf(running).length > 0 || null;
    if (moment === 'evaluate') return progress.approval ?? null;
    const { look, open } = await client.rolloutDetail(rollout);
    return !open || Date.parse(look?.at ?? '') > atMs || null;
  });
  return Date.now() - atMs;
}
