import { join } from 'node:path';
import { forkReady } from '../report/child.ts';
import { compiled } from '../report/place.ts';
import { type Figure, figure } from '../report/row.ts';
import type { WorkerSettings } from '../steps/settings.ts';
import { activityPlan, type Shape, shapes, steps } from './plans.ts';
import type { RunningPlatform } from './running-platform.ts';

export type StepTimes = Readonly<Record<Shape, Figure>>;

/**
 * Runs of both shapes through the plan's interpreter. `worker` is where the steps' activity lives: on a worker of the user's own, as
 * a user would have it; or on the worker that runs the workflow, which Temporal can then start eagerly.
 */
export async function timeOurSteps(
  running: RunningPlatform,
  worker: 'of-their-own' | 'same',
  runs: number,
): Promise<StepTimes> {
  const { urls } = running.platform;
  const queue = `bench-${worker}`;
  const settings: WorkerSettings = {
    address: urls.temporal,
    queue,
    workflows: worker === 'same' ? 'perennial' : 'none',
    databaseUrl: urls.database,
  };
  const log = join(running.state, 'logs', `${queue}.log`);
  const child = await forkReady(compiled('bench/steps/main.js'), [JSON.stringify(settings)], { log });
  try {
    const times: Partial<Record<Shape, Figure>> = {};
    for (const shape of shapes) {
      const plan = activityPlan(shape, queue);
      const run = () => running.timeRun(plan, worker === 'same' ? queue : undefined);
      times[shape] = await timed(run, runs);
    }
    return times as StepTimes;
  } finally {
    await child.stop();
  }
}

/** Two runs to warm up, then `runs` that count. */
export async function timed(run: () => Promise<number>, runs: number): Promise<Figure> {
  const values: number[] = [];
  for (let at = -2; at < runs; at += 1) {
    const ms = await run();
    if (at >= 0) values.push(ms);
  }
  return figure(values);
}

/** Per step for a chain, as a whole for a fan. */
export const unit: Readonly<Record<Shape, { readonly what: string; readonly by: number; readonly goal: number }>> = {
  chain: { what: `${steps.chain} stages in a row, ms per stage`, by: 1 / steps.chain, goal: 15 },
  fan: { what: `${steps.fan} stages side by side, ms`, by: 1, goal: 450 },
};
