import { Client, Connection } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SweepRecord } from '../../src/client/index.ts';
import { suggested } from '../../src/sweep/warm-start.ts';
import { seeded } from '../e2e/parcels.ts';
import { isAlive } from '../e2e/processes.ts';
import { openSandbox, type Running, type Sandbox, showLogs, startRunning } from '../e2e/sandbox.ts';
import { eventually, untilClosed } from '../e2e/waiting.ts';

const seeds = Array.from({ length: Number(process.env.PERENNIAL_CHAOS_SEEDS ?? 3) }, (_, index) => index + 1);
const victims = ['control', 'training', 'temporal'] as const;
const trials = 50;
let sandbox: Sandbox;
let running: Running;
const told: string[] = [];
const slots = process.env.PERENNIAL_TRAINING_SLOTS;

beforeAll(async () => {
  process.env.PERENNIAL_TRAINING_SLOTS = '8';
  sandbox = await openSandbox('test/chaos/fixtures/sweep.model.json', 'test/chaos/fixtures/quick.py');
  running = await startRunning(sandbox);
  await running.client.apply(sandbox.model('sweep.model.json'));
});
afterAll(async () => {
  console.log(told.join('\n'));
  if (slots === undefined) delete process.env.PERENNIAL_TRAINING_SLOTS;
  else process.env.PERENNIAL_TRAINING_SLOTS = slots;
  await running?.platform.stop();
  await sandbox?.remove();
});
afterEach(({ task }) => showLogs(sandbox, task.result?.state === 'fail'));

describe('a sweep during which control worker, training worker and Temporal server are killed', () => {
  it.each(seeds)('finishes every trial once, with its own parameters (seed %i)', async (seed) => {
    const since = Date.now();
    const handle = await running.client.retrain('parcels', {
      asOf: '2026-02-16',
      cache: false,
      reason: `seed ${seed}`,
    });
    const run = await handle.run();
    const order = await killAll(seeded(seed), run);
    const { result } = await untilClosed(running.client, run, 90_000);
    expect(result).toMatchObject({ outcome: 'completed' });
    told.push(`seed ${seed}: ${order.join(', ')}; ${((Date.now() - since) / 1_000).toFixed(1)} s`);

    const { record } = await running.client.sweep(run, 'search');
    expect(record?.trials.map(({ trial }) => trial).toSorted((a, b) => a - b)).toEqual([...Array(trials).keys()]);
    expect(record?.cutOff).toEqual([]);
    for (const { trial, parameters, value } of record?.trials ?? []) {
      expect(value, `trial ${trial}`).toBeCloseTo(aucOf(parameters), 12);
    }
    expect(suggestedAgain(record as SweepRecord)).toEqual(byNumber(record as SweepRecord));
    expect(await openWorkflows(run)).toEqual([]);
  });
});

/** Each at its own random number of finished trials, in random order. */
async function killAll(random: () => number, run: string): Promise<string[]> {
  const plan = victims
    .map((program) => ({ program, after: 2 + Math.floor(random() * 38), rank: random() }))
    .sort((a, b) => a.after - b.after || a.rank - b.rank);
  const order: string[] = [];
  for (const { program, after } of plan) {
    await eventually(`${after} trials of ${run} have finished`, 60_000, async () => {
      const { progress } = await running.client.sweep(run, 'search');
      return (progress?.finished ?? trials) >= after || null;
    });
    const pid = running.platform.pids()[program] ?? 0;
    if (!isAlive(pid)) throw new Error(`${program} does not run, so it cannot be killed`);
    process.kill(pid, 'SIGKILL');
    order.push(`${program} after ${after}`);
  }
  return order;
}

/** As fixtures/quick.py has it. */
function aucOf({ x, y }: Readonly<Record<string, unknown>>): number {
  return 1 - (Number(x) - 0.3) ** 2 - (Number(y) - 0.6) ** 2 / 4;
}

const byNumber = ({ trials }: SweepRecord) =>
  Object.fromEntries(trials.map(({ trial, parameters }) => [trial, parameters]));

/** The same completion order leads to the same suggestions, whoever died in between. */
function suggestedAgain(record: SweepRecord) {
  const { space, seed, direction, warmStart, trials, sampler, prior } = record;
  const parametersOf = byNumber(record);
  return Object.fromEntries(
    trials.map(({ trial, knew, beside }) => {
      const observations = trials.slice(0, knew);
      const running = beside.map((each) => parametersOf[each] ?? {});
      const warm = warmStart[trial] ?? null;
      const asked = { space, observations, running, seed, trialNumber: trial, direction, sampler, prior };
      return [trial, suggested({ ...asked, warmStart: warm })];
    }),
  );
}

/** Of the run: nothing may train on when it has closed. */
async function openWorkflows(run: string): Promise<string[]> {
  const connection = await Connection.connect({ address: running.platform.urls.temporal });
  try {
    const open: string[] = [];
    const listed = new Client({ connection }).workflow.list({ query: `ExecutionStatus = 'Running'` });
    for await (const { workflowId } of listed) if (workflowId.includes(run)) open.push(workflowId);
    return open;
  } finally {
    await connection.close();
  }
}
