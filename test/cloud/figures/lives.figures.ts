import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../e2e/waiting.ts';
import type { CloudInstance } from '../cloud-state.ts';
import { openRegion, type Region } from '../region.ts';
import { noteFigure } from './note.ts';

// Real XGBoost training on machines that boot; long enough that no life ends before it is ended.
const rounds = 60_000;
const [runs, lostPerRun] = [10, 5];
let region: Region;
beforeAll(async () => {
  region = await openRegion();
});
afterAll(async () => await region?.stop());

// As many side by side as vitest.config.ts says.
test.concurrent.each(Array.from({ length: runs }, (_, n) => n))(
  'run %i loses its machines, one after the other',
  async (n) => {
    const run = await start(`lost-${n}`);
    for (let machine = 0; machine < lostPerRun; machine += 1) {
      const { id } = await training(run, machine);
      // Not always at the same moment between two parts of the log.
      await sleep(3_000 + 370 * ((machine + n) % 7));
      const crashedAt = Date.now();
      await region.cloud.crash(id, { unnoticed: true });
      // Before the machine's workspace is taken over, which makes new objects of its parts.
      const storedAt = await lastLogBefore(id, crashedAt);
      await noteFigure('crash: s until known', (await ending(id, crashedAt)) / 1000);
      await noteFigure('kill -9: s of log lost', (crashedAt - storedAt) / 1000);
    }
    await training(run, lostPerRun);
    await region.client.cancel(run);
    await over(run);
  },
);

test.each([0, 1, 2, 3, 4])('notice %i, then a cancel', async (n) => {
  const run = await start(`noticed-${n}`);
  const { id } = await training(run, 0);
  const noticedAt = Date.now();
  await region.cloud.interrupt(id, 60);
  await noteFigure('notice: s until stored', (await ending(id, noticedAt)) / 1000);
  await cancelled(run, 1);
  const [, first] = await region.client.machines({ run });
  expect(first?.end).toBe('interrupted');
});

test('books and bill', async () => {
  const { instances, bill } = await region.cloud.state();
  const ours = new Map((await region.client.machines({ limit: 500 })).map((machine) => [machine.machine, machine]));
  let [wrong, booked] = [0, 0];
  for (const { id, meteredSeconds } of instances) {
    const { launchedAt, runningAt, terminatedAt, billedSeconds } = ours.get(id) ?? {};
    const lived = (Date.parse(terminatedAt ?? '') - Date.parse(runningAt ?? launchedAt ?? '')) / 1000;
    await noteFigure('cost: s that books and meter differ', Math.abs(lived - meteredSeconds));
    wrong += lived - meteredSeconds;
    booked += billedSeconds ?? Number.NaN;
  }
  await noteFigure('cost: s that the sums of books and meters differ', Math.abs(wrong));
  await noteFigure('cost: s that the sums of both bills differ', Math.abs(booked - bill.seconds));
});

async function start(model: string): Promise<string> {
  await region.apply(model, (text) => text.replace('"rounds": 2500', `"rounds": ${rounds}, "nthread": 1`));
  return await (await region.client.retrain(model, { asOf: '2026-01-24', reason: 'a figure' })).run();
}

/** The n-th machine of a run, once its trainer has made a checkpoint. */
async function training(run: string, n: number): Promise<CloudInstance> {
  return await eventually(`machine ${n} of ${run} trains`, 120_000, async () => {
    const { instances } = await region.cloud.state();
    const machine = instances.filter(({ tags }) => tags['perennial:run'] === run)[n];
    if (!machine) return null;
    const files = await readdir(`${machine.folder}/home`, { recursive: true });
    return files.some((file) => /step-\d+\.json$/.test(file)) && (await trainersBelow(machine.folder)).length > 0
      ? machine
      : null;
  });
}

/** Ms until we ask the cloud to end a machine: what became of its work is known by then, and stored. */
async function ending(id: string, since: number): Promise<number> {
  const call = await eventually(`${id} is ended`, 60_000, async () => {
    const { calls } = await region.cloud.state();
    return calls.find(({ action, ids }) => action === 'TerminateInstances' && ids.includes(id)) ?? null;
  });
  return call.at * 1000 - since;
}

async function cancelled(run: string, n: number): Promise<void> {
  const { folder } = await training(run, n);
  const [pid] = await trainersBelow(folder);
  const startedAt = Date.now();
  await region.client.cancel(run);
  while (pid !== undefined && (await isThere(pid))) await sleep(10);
  await noteFigure('cancel: s until the trainer has stopped', (Date.now() - startedAt) / 1000);
  await over(run);
}

async function over(run: string): Promise<void> {
  await eventually(`${run} has ended`, 60_000, async () => (await region.client.run(run)).progress.result);
}

async function trainersBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const place = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    if (place.startsWith(folder) && (await isThere(pid))) found.push(pid);
  }
  return found;
}

/** A trainer that runs; one that has died and waits for its parent has no command line. */
async function isThere(pid: string): Promise<boolean> {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes('perennial_trainer');
}

/** When the last part of the machine's log came to the store; the store tells whole seconds, so that up to one too many counts as lost. */
async function lastLogBefore(machine: string, moment: number): Promise<number> {
  const { PERENNIAL_S3_ENDPOINT: endpoint = '', PERENNIAL_STORE: store = '' } = process.env;
  const { hostname: Bucket, pathname } = new URL(store);
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
  let last = 0;
  const Prefix = `${pathname.slice(1)}/machines/`;
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
    const parts = Contents.filter(({ Key = '' }) => Key.includes(`/${machine}/`) && Key.includes('/logs/'));
    const stored = parts.map(({ LastModified }) => LastModified?.getTime() ?? 0).filter((at) => at <= moment);
    last = Math.max(last, ...stored);
  }
  client.destroy();
  return last;
}
