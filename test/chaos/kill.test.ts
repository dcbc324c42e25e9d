import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PerennialClient } from '../../src/client/index.ts';
import { seeded } from '../e2e/parcels.ts';
import { isAlive, untilGone } from '../e2e/processes.ts';
import { clientOf, openSandbox, type Running, type Sandbox, showLogs, startRunning } from '../e2e/sandbox.ts';
import { startTraffic, type Traffic } from '../e2e/traffic.ts';
import { eventually, untilClosed } from '../e2e/waiting.ts';
import { attemptsOf } from './temporal-history.ts';
import { type Kill, kill, killPlan, type Moment, moments, trainersOf, untilGoesOn } from './victims.ts';

const seed = Number(process.env.PERENNIAL_CHAOS_SEED ?? 1);
const random = seeded(seed + 1);
const asOf = '2026-02-16';
let sandbox: Sandbox;
let running: Running;
let ana: PerennialClient;
let traffic: Traffic;
/** When no gateway answered, ms since 1970. */
const gatewayGaps: { readonly from: number; readonly to: number }[] = [];
const told: string[] = [];

beforeAll(async () => {
  sandbox = await openSandbox('test/chaos/fixtures/chaos.model.json', 'test/chaos/fixtures/patient.py');
  running = await startRunning(sandbox);
  const { token } = await running.client.createToken('ana', ['approver']);
  ana = clientOf(running.platform, token);
  await running.client.apply(sandbox.model('chaos.model.json'));
  const first = await running.client.retrain('parcels', { asOf, cache: false, reason: 'the first' });
  const { result } = await untilClosed(running.client, await first.run());
  expect(result).toMatchObject({ outcome: 'promoted' });
  // A gateway asks for routes once a second, and prepares the model: before the first version it has no answer to lose.
  while (!(await gatewayAnswers())) await sleep(20);
  traffic = startTraffic(running.platform.urls.gateway, { day: '2026-02-17', ratePerSecond: 40 });
});
afterAll(async () => {
  console.log(`seed ${seed}\n${told.join('\n')}`);
  await traffic?.stop();
  await running?.platform.stop();
  await sandbox?.remove();
});
afterEach(({ task }) => showLogs(sandbox, task.result?.state === 'fail'));

describe('a run in which programs are killed', () => {
  it.each(killPlan(seed))(
    'ends with one promotion: $train dies in training, $evaluate before approval, $rollout in the rollout',
    async (plan) => {
      const handle = await running.client.retrain('parcels', { asOf, cache: false, reason: 'chaos' });
      const run = await handle.run();
      const number = run.slice('parcels-'.length);
      const { version: newest = 0 } = (await running.client.versions('parcels'))[0] ?? {};
      const version = newest + 1;
      const rollout = `parcels-v${version}-${number}`;
      const failuresBefore = traffic.failedAtMs.length;

      for (const moment of moments) {
        await untilMoment(moment, run, rollout);
        await killAndWatch(kill(running, run, moment, plan[moment]), rollout);
        if (moment === 'evaluate') await approve(run);
      }
      const { result } = await untilClosed(running.client, run, 60_000);

      expect(result).toMatchObject({ outcome: 'promoted', version });
      const { events } = await running.client.history('parcels', { limit: 100 });
      const ofThisRun = events.filter((event) => event.version === version || event.run === run);
      const count = (kind: string) => ofThisRun.filter((event) => event.kind === kind).length;
      expect({ stable: count('version.stable'), closed: count('run.closed') }).toEqual({ stable: 1, closed: 1 });
      expect((await running.client.model('parcels')).route).toMatchObject({
        stable: version,
        canary: null,
        shadow: null,
      });

      const { record } = await running.client.run(run);
      const attempts = await attemptsOf(running.platform.urls.temporal, record.workflowId, record.temporalRunId);
      const repeated = Object.entries(attempts).filter(([, attempt]) => attempt > 1);
      told.push(
        `  ${run}: ${repeated.map(([name, attempt]) => `${name} ${attempt} attempts`).join(', ') || 'nothing repeated'}`,
      );
      expect(attempts.train).toBeLessThanOrEqual(2);

      const lost = traffic.failedAtMs
        .slice(failuresBefore)
        .filter((at) => !gatewayGaps.some(({ from, to }) => at >= from - 50 && at <= to + 250));
      expect(lost, JSON.stringify(traffic.seen().failures)).toEqual([]);
    },
  );
});

/** Polls in steps of 50 ms, so that a moment of a second is not missed; then a little chance. */
async function untilMoment(moment: Moment, run: string, rollout: string): Promise<void> {
  const arrived: Record<Moment, () => Promise<boolean>> = {
    train: async () => trainersOf(running).length > 0,
    evaluate: async () => {
      const { progress } = await running.client.run(run);
      return progress.stages.some(
        ({ name, state }) => name === 'evaluate' && (state === 'running' || state === 'passed'),
      );
    },
    rollout: async () => ['shadow', 'canary'].includes((await running.client.rolloutDetail(rollout)).progress.phase),
  };
  for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await sleep(50)) {
    if (!(await arrived[moment]().catch(() => false))) continue;
    return await sleep(moment === 'evaluate' ? 0 : random() * 1_500);
  }
  throw new Error(`${run} never came to ${moment}: ${JSON.stringify(await running.client.run(run))}`);
}

async function killAndWatch(killed: Kill, rollout: string): Promise<void> {
  const { program, moment, run, atMs, trainers } = killed;
  const [answersAfter] = await Promise.all([
    program === 'gateway' ? untilGatewayAnswers(atMs) : null,
    untilTrainersGone(trainers, run),
  ]);
  const goesOnAfter = await untilGoesOn(running, killed, rollout);
  expect(isAlive(running.platform.pids()[program] ?? 0)).toBe(true);
  expect(running.restarts.at(-1)).toMatchObject({ name: program, why: 'SIGKILL' });
  const gap = answersAfter === null ? '' : `; no answers for ${answersAfter} ms`;
  told.push(
    `${run} ${moment.padEnd(8)} ${program.padEnd(8)} killed: goes on after ${(goesOnAfter / 1000).toFixed(1)} s${gap}`,
  );
}

/** Told to stop, killed after five seconds: in no case does it train to the end for nobody. */
async function untilTrainersGone(trainers: readonly number[], run: string): Promise<void> {
  if (trainers.length === 0) return;
  await untilGone(trainers, 8_000);
  const output = join(sandbox.state, 'training/models/parcels/runs', run, 'patient/single/a1/output');
  expect(await readdir(output)).not.toContain('metrics.json');
}

async function untilGatewayAnswers(killedAtMs: number): Promise<number> {
  while (!(await gatewayAnswers())) await sleep(20);
  gatewayGaps.push({ from: killedAtMs, to: Date.now() });
  return Date.now() - killedAtMs;
}

async function gatewayAnswers(): Promise<boolean> {
  const answer = await fetch(`${running.platform.urls.gateway}/v1/models/parcels/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ features: { hour: 1, weight: 3, temp: 5, depot: 'A', driver: 'driver-1' } }),
  }).catch(() => null);
  return answer?.ok ?? false;
}

/** A vote whose answer was lost may have counted: then the second one is told so. */
async function approve(run: string): Promise<void> {
  await eventually(`${run} is approved`, 60_000, async () => {
    const { progress } = await running.client.run(run);
    if (!progress.approval)
      return progress.stages.some(({ kind, state }) => kind === 'approve' && state === 'passed') || null;
    await ana.approve(run, { reason: 'still better', evidence: progress.approval.evidence });
    return true;
  });
}
