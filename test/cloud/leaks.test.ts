import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { seededRandom } from '../../src/evaluation/random.ts';
import { taskQueues } from '../../workflows/messages.ts';
import { reap } from '../../workflows/reap.ts';
import { train } from '../../workflows/train.ts';
import { aTrainRequest } from '../workflow/plans.ts';
import { aMachineSpec } from '../workflow/rented-world.ts';
import type { CloudInstance } from './cloud-state.ts';
import { graceMs, type LeakRegion, openLeakRegion } from './leak-region.ts';
import { leakStories, weather } from './leak-story.ts';

// A whole measurement has 200 (`npm run bench:compute`); the suite has as many as its time allows.
const runs = Number(process.env.PERENNIAL_LEAK_RUNS ?? 60);
const atOnce = 16;
const seed = 20_261;
const spec = { ...aMachineSpec, startWithin: '1s', silentFor: '1s' };
const stories = leakStories(runs, seed);
const nameOf = (n: number) => `leak-${n}`;
let region: LeakRegion;

beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'control');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'plane');
  region = await openLeakRegion((run) => {
    const story = stories[Number(run.slice(run.indexOf('-') + 1))];
    if (!story) throw new Error(`no story of ${run}`);
    return story;
  });
});
afterAll(async () => {
  await region?.stop();
  vi.unstubAllEnvs();
});

test(`${runs} random runs leave no machine, and no order makes two`, { timeout: 600_000 }, async () => {
  const startedAt = performance.now();
  const over = new AbortController();
  const [clouded, controlled] = [changeWeather(over.signal), keepRestartingControl(over.signal)];
  await tellAll();
  over.abort();
  await Promise.all([clouded, controlled]);
  const stranded = (await region.cloud.state()).instances.filter(isLiving).length;
  await sleep(graceMs);
  const reaped = await reapOnce();
  const { instances } = await region.cloud.state();
  const left = instances.filter(isLiving);
  const report = {
    runs,
    machines: instances.length,
    stranded,
    reaped,
    left: left.length,
    unheard: region.machines.unheard,
    ...most(instances),
  };
  const file = process.env.PERENNIAL_LEAK_REPORT;
  if (file) await writeFile(file, JSON.stringify({ ...report, seconds: (performance.now() - startedAt) / 1000 }));
  expect(left).toEqual([]);
  expect(report).toMatchObject({ perToken: 1, perAttempt: 1 });
  expect(await region.registry.machines({ living: true })).toEqual([]);
  expect(await region.registry.openLeases()).toEqual([]);
  expect(await region.store.list('machines/')).toEqual([]);
});

function isLiving({ state }: CloudInstance): boolean {
  return state !== 'terminated';
}

/** As many runs at a time as there may be. */
async function tellAll(): Promise<void> {
  let next = 0;
  const tellSome = async () => {
    while (next < runs) await tell(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, tellSome));
}

async function tell(n: number): Promise<void> {
  const run = nameOf(n);
  const handle = await region.environment.client.workflow.start(train, {
    taskQueue: taskQueues.control,
    // The run's only workflow: when it has closed, so has the run.
    workflowId: run,
    args: [{ request: { ...aTrainRequest(), run }, compute: spec, timeout: '1m' }],
  });
  const closed = handle.result().catch(() => undefined);
  const ended = stories[n]?.ended;
  if (ended) {
    await Promise.race([sleep(ended.afterMs), closed]);
    await (ended.how === 'cancelled' ? handle.cancel() : handle.terminate('in a hurry')).catch(() => undefined);
  }
  await closed;
}

async function changeWeather(over: AbortSignal): Promise<void> {
  const random = seededRandom(seed + 1);
  for (; !over.aborted; await sleep(300)) await region.cloud.faults(weather(random));
  await region.cloud.faults([]);
}

/** A control worker is stopped in the middle of everything, again and again; the next comes up a moment later. */
async function keepRestartingControl(over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    const stop = await region.startControl();
    await sleep(6_000, undefined, { signal: over }).catch(() => undefined);
    await stop();
  }
}

async function reapOnce(): Promise<number> {
  const stop = await region.startControl();
  const options = { taskQueue: taskQueues.control, workflowId: 'reap' };
  const { reaped } = await region.environment.client.workflow.execute(reap, options);
  await stop();
  return reaped.length;
}

/** Machines ever made for one token, and for one attempt. */
function most(instances: readonly CloudInstance[]): { readonly perToken: number; readonly perAttempt: number } {
  const [tokens, attempts] = [new Map<string, number>(), new Map<string, number>()];
  const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const { token, tags } of instances) {
    const run = tags['perennial:run'] ?? '';
    const attempt = `${run}/${tags['perennial:attempt']}`;
    count(tokens, `${attempt}/${token}`);
    count(attempts, attempt);
  }
  return { perToken: Math.max(...tokens.values()), perAttempt: Math.max(...attempts.values()) };
}
