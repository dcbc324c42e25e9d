import { readdir } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunProgress } from '../../src/client/index.ts';
import { showLogs } from '../e2e/sandbox.ts';
import { eventually } from '../e2e/waiting.ts';
import type { CloudInstance } from './cloud-state.ts';
import { openRegion, type Region } from './region.ts';

let region: Region;
/** sha256 of the model that nothing disturbed. */
let undisturbed = '';

beforeAll(async () => {
  region = await openRegion();
});
beforeEach(async () => await region.cloud.clear());
afterAll(async () => {
  await region?.stop();
});
afterEach(({ task }) => showLogs(region.sandbox, task.result?.state === 'fail'));

const asOf = '2026-01-24';
const living = new Set(['pending', 'running', 'shutting-down']);

async function start(model: string, change?: (text: string) => string): Promise<string> {
  await region.apply(model, change);
  const run = await region.client.retrain(model, { asOf, reason: 'a test' });
  return await run.run();
}

async function ended(run: string): Promise<RunProgress> {
  const progress = await eventually(`${run} has ended`, 90_000, async () => {
    const { progress } = await region.client.run(run);
    return progress.result || progress.state === 'waiting-for-retry' ? progress : null;
  });
  if (!progress.result) throw new Error(JSON.stringify(progress.stages, null, 2));
  return progress;
}

async function machinesOf(run: string): Promise<readonly CloudInstance[]> {
  const { instances } = await region.cloud.state();
  return instances.filter(({ tags }) => tags['perennial:run'] === run);
}

/** The n-th machine of a run (from 0), once its trainer has made a checkpoint. */
async function training(run: string, n = 0): Promise<CloudInstance> {
  return await eventually(`machine ${n} of ${run} trains`, 60_000, async () => {
    const machine = (await machinesOf(run))[n];
    if (!machine) return null;
    const files = await readdir(`${machine.folder}/home`, { recursive: true });
    return files.some((file) => /step-\d+\.json$/.test(file)) ? machine : null;
  });
}

async function digestOf(run: string): Promise<string> {
  const [newest] = await region.client.versions(run.slice(0, run.lastIndexOf('-')));
  return newest?.artifactDigest ?? '';
}

async function expectNobodyLeft(): Promise<void> {
  const { instances } = await region.cloud.state();
  expect(instances.filter(({ state }) => living.has(state))).toEqual([]);
  expect(await region.client.machines({ living: true })).toEqual([]);
}

describe('a run whose training rents a machine', () => {
  it('trains there, publishes to S3 and leaves no machine', async () => {
    const run = await start('plain');
    const { result } = await ended(run);
    expect(result?.outcome).toBe('promoted');
    expect(await machinesOf(run)).toHaveLength(1);
    undisturbed = await digestOf(run);
    expect(undisturbed).toMatch(/^[0-9a-f]{64}$/);
    await expectNobodyLeft();
  });

  it('goes on with an identical model when the cloud takes the machine back', async () => {
    const run = await start('noticed');
    await region.cloud.interrupt((await training(run)).id, 10);
    await ended(run);
    expect(await machinesOf(run)).toHaveLength(2);
    expect(await digestOf(run)).toBe(undisturbed);
    const [last, first] = await region.client.machines({ run });
    expect([first?.end, last?.end]).toEqual(['interrupted', 'finished']);
    await expectNobodyLeft();
  });
});
