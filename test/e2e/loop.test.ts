import { Client, Connection } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Explanation, History, ModelDetail, Prediction } from '../../src/client/index.ts';
import { perennial, perennialJson } from './command-line.ts';
import { parcelsOf } from './parcels.ts';
import { clientOf, openSandbox, type Running, type Sandbox, showLogs, startRunning } from './sandbox.ts';
import { startTraffic } from './traffic.ts';
import { eventually, untilApproval, untilClosed, untilRolledOut } from './waiting.ts';

const today = '2026-02-16';
let sandbox: Sandbox;
let running: Running;
/** The run that the alarm starts, and instants at which something else was live. */
let alarmed = '';
let evidence = '';
let whileFirst = '';
let rejected: readonly { readonly version: number; readonly candidate: string }[] = [];

beforeAll(async () => {
  sandbox = await openSandbox(
    'test/e2e/fixtures/parcels.model.json',
    'test/e2e/fixtures/sabotaged.model.json',
    'test/e2e/fixtures/segmented.model.json',
    'examples/flights/trainers',
  );
  running = await startRunning(sandbox);
});
afterAll(async () => {
  await running?.platform.stop();
  await sandbox?.remove();
});
afterEach(({ task }) => showLogs(sandbox, task.result?.state === 'fail'));

async function statesOfVersions(): Promise<Record<number, string>> {
  const versions = await running.client.versions('parcels');
  return Object.fromEntries(versions.map(({ version, state }) => [version, state]));
}

describe('the loop, on real processes', () => {
  it('makes schedules in Temporal when a model file is applied', async () => {
    const applied = await running.client.apply(sandbox.model('parcels.model.json'));
    expect(applied).toMatchObject({ model: 'parcels', revision: 1, changed: true });
    const connection = await Connection.connect({ address: running.platform.urls.temporal });
    const temporal = new Client({ connection });
    const crons = await Promise.all(
      ['check:parcels', 'retrain:parcels'].map(async (id) => (await temporal.schedule.getHandle(id).describe()).spec),
    );
    await connection.close();
    expect(crons.map(({ calendars }) => calendars?.[0]?.hour)).toEqual([
      [expect.objectContaining({ start: 6 })],
      [expect.objectContaining({ start: 3 })],
    ]);
  });

  it('makes the first version that passes its gates stable', async () => {
    const handle = await running.client.retrain('parcels', { asOf: '2026-01-24', reason: 'the first' });
    const progress = await untilClosed(running.client, await handle.run());
    expect(progress.result).toMatchObject({ outcome: 'promoted' });
    expect((await running.client.model('parcels')).route.stable).toBe(progress.result?.version);
    whileFirst = new Date().toISOString();
  });

  it('stays quiet while the data are what the champion has learned from', async () => {
    const { result } = await running.client.check('parcels', { asOf: '2026-01-25' });
    expect(result).toMatchObject({ verdict: 'quiet', reaction: 'none' });
  });

  it('raises an alarm when the data change, and starts a run', async () => {
    const { result, report } = await running.client.check('parcels', { asOf: today });
    expect(result).toMatchObject({ verdict: 'alarm', reaction: 'run-started', retrain: 'retrain:parcels' });
    expect(report?.columns.filter(({ drifted }) => drifted).map(({ column }) => column)).toEqual(['temp']);
    expect(report?.performance?.verdict).toBe('fell');
    alarmed = await eventually('the alarm has a run', 20_000, async () => {
      const runs = await running.client.runs('parcels');
      return runs.find(({ trigger }) => trigger.kind === 'alarm')?.run ?? null;
    });
  });

  it('waits for a person, and takes no vote from a role that may not, nor for other evidence', async () => {
    const { approval } = await untilApproval(running.client, alarmed);
    evidence = approval?.evidence ?? '';
    const { token } = await running.client.createToken('olga', ['operator']);
    const olga = clientOf(running.platform, token);
    await expect(olga.approve(alarmed, { reason: 'looks good', evidence })).rejects.toMatchObject({
      code: 'PRN-API-008',
      message: 'olga holds operator; one of approver is needed',
    });
    const other = 'f'.repeat(64);
    await expect(running.client.approve(alarmed, { reason: 'looks good', evidence: other })).rejects.toMatchObject({
      code: 'PRN-API-008',
      message: expect.stringContaining('the vote is for evidence ffffffffffff'),
    });
    expect((await running.client.run(alarmed)).progress.state).toBe('waiting-for-approval');
  });

  it('rolls the approved version out under traffic, and loses no request', async () => {
    const traffic = startTraffic(running.platform.urls.gateway, { day: '2026-02-17', ratePerSecond: 150 });
    const { token } = await running.client.createToken('ana', ['approver']);
    const { message } = await clientOf(running.platform, token).approve(alarmed, { reason: 'better', evidence });
    expect(message).toBe('approved by ana');
    const { result } = await untilClosed(running.client, alarmed);
    const states = await statesOfVersions();
    const summary = await traffic.stop();
    expect(result).toMatchObject({ outcome: 'promoted' });
    expect(summary.failures).toEqual({});
    expect(summary.labelled).toBeGreaterThan(60);
    expect(Object.values(states).filter((state) => state === 'stable')).toHaveLength(1);
    expect(Object.values(states)).toContain('deprecated');
    expect(states[result?.version ?? 0]).toBe('stable');
    expect(summary.answers.map(({ role }) => role)).toContain('canary');
  });

  it('does not let those who asked for a run approve it; they may reject it', async () => {
    // On the rows of January a model of January beats the new champion: the gates pass, a person has to know better.
    const handle = await running.client.retrain('parcels', { asOf: '2026-01-24', reason: 'the old days again' });
    const run = await handle.run();
    const { approval } = await untilApproval(running.client, run);
    const vote = { reason: 'I like it', evidence: approval?.evidence ?? '' };
    await expect(running.client.approve(run, vote)).rejects.toMatchObject({
      code: 'PRN-API-008',
      message: expect.stringContaining('asked for this run and may not approve it (four eyes)'),
    });
    await running.client.reject(run, { ...vote, reason: 'January is over' });
    const { result } = await untilClosed(running.client, run);
    expect(result).toMatchObject({ outcome: 'rejected', version: approval?.version });
    expect((await statesOfVersions())[approval?.version ?? 0]).toBe('rejected');
  });

  it('rejects candidates that only claim to be good', async () => {
    const handle = await running.client.retrain('parcels', {
      asOf: '2026-02-22',
      reason: 'somebody changed the trainers',
      plan: sandbox.model('sabotaged.model.json'),
    });
    const run = await handle.run();
    const { result } = await untilClosed(running.client, run);
    const { evaluation } = await running.client.run(run);
    expect(result).toMatchObject({ outcome: 'rejected' });
    const [leaky, brittle] = ['leaky', 'brittle'].map((name) =>
      evaluation?.candidates.find(({ candidate }) => candidate === name),
    );
    expect(leaky?.trainerMetrics.auc).toBeGreaterThan((leaky?.metrics.auc ?? 1) + 0.02);
    expect(brittle?.serving.errors).toBeGreaterThan(0);
    rejected = evaluation?.candidates ?? [];
  });

  it('rolls a bad version back that was forced, and loses no request', async () => {
    const version = rejected.find(({ candidate }) => candidate === 'brittle')?.version ?? 0;
    const { stable } = (await running.client.model('parcels')).route;
    await expect(running.client.rollout('parcels', version, { reason: 'it worked here' })).rejects.toMatchObject({
      code: 'PRN-API-010',
    });
    const traffic = startTraffic(running.platform.urls.gateway, { day: '2026-02-23', ratePerSecond: 150 });
    const { rollout } = await running.client.rollout('parcels', version, {
      reason: 'it worked here',
      force: true,
      skipShadow: true,
    });
    const { progress } = await untilRolledOut(running.client, rollout);
    const summary = await traffic.stop();
    expect(progress).toMatchObject({ phase: 'rolled-back', version });
    expect(summary.failures).toEqual({});
    expect((await statesOfVersions())[version]).toBe('failed');
    expect((await running.client.model('parcels')).route).toMatchObject({ stable, canary: null, weight: 0 });
  });

  it('gives a segment a champion of its own where it is no worse than the global one, and asks it for the segment’s rows', async () => {
    const { segments } = await running.client.apply(sandbox.model('segmented.model.json'));
    expect(segments).toEqual(['depots--a', 'depots--d']);
    const runs: string[] = [];
    for (const model of ['depots', 'depots--d']) {
      const handle = await running.client.retrain(model, { asOf: '2026-01-24', reason: 'the first' });
      runs.push(await handle.run());
      const { result } = await untilClosed(running.client, runs.at(-1) ?? '');
      expect(result).toMatchObject({ outcome: 'promoted' });
    }
    const { evaluation } = await running.client.run(runs[1] ?? '');
    expect(evaluation?.champion).toMatchObject({ model: 'depots', version: 1 });
    const ask = async (depot: string) => {
      const body = JSON.stringify({ features: { hour: 18, weight: 12, depot } });
      const headers = { 'content-type': 'application/json' };
      const url = `${running.platform.urls.gateway}/v1/models/depots/predict`;
      return (await fetch(url, { method: 'POST', headers, body })).headers.get('x-perennial-segment');
    };
    await eventually('the gateway asks the segment', 10_000, async () =>
      (await ask('D')) === 'depots--d' ? true : null,
    );
    expect([await ask('A'), await ask('C')]).toEqual([null, null]);
  });

  it('tells the same on the command line', async () => {
    const { state } = sandbox;
    const { route } = await running.client.model('parcels');
    const detail = await perennialJson<ModelDetail>(state, 'status', 'parcels');
    expect(detail.route.stable).toBe(route.stable);

    const before = await perennialJson<History>(state, 'history', 'parcels', '--at', whileFirst, '--limit', '100');
    expect(before.live).toMatchObject({ canary: null, weight: 0 });
    expect(before.live?.stable).not.toBe(route.stable);
    expect(before.events.map(({ kind }) => kind)).toContain('version.stable');
    expect(before.events.filter(({ at }) => at > whileFirst)).toEqual([]);
    const whole = await perennialJson<History>(state, 'history', 'parcels', '--limit', '100');
    const kinds = whole.events.map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['alarm.opened', 'version.stable', 'version.failed']));

    const explained = await perennialJson<Explanation>(state, 'explain', `parcels@${route.stable}`);
    expect(explained.steps.map(({ what }) => what)).toEqual(expect.arrayContaining(['gates', 'approval']));
    expect(explained.evaluation?.winner?.version).toBe(route.stable);

    const [parcel] = parcelsOf('2026-02-23');
    const features = JSON.stringify(parcel?.features);
    const prediction = await perennialJson<Prediction>(state, 'predict', 'parcels', features);
    expect(prediction).toMatchObject({ version: route.stable });
    const unknown = await perennial(state, 'explain', 'parcels@999', '--json');
    expect(unknown.code).toBe(1);
  });
});
