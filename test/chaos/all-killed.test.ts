import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PerennialClient } from '../../src/client/index.ts';
import { type Started, startPerennial } from '../e2e/command-line.ts';
import { descendantsOf, isAlive, notedPids, untilGone } from '../e2e/processes.ts';
import { freePortBase, openSandbox, type Sandbox, showLogs } from '../e2e/sandbox.ts';
import { startTraffic } from '../e2e/traffic.ts';
import { eventually, untilApproval, untilClosed } from '../e2e/waiting.ts';
import { attemptsOf } from './temporal-history.ts';

let sandbox: Sandbox;
let portBase = 0;
let supervisor: Started;
let run = '';

beforeAll(async () => {
  sandbox = await openSandbox('test/chaos/fixtures/chaos.model.json', 'test/chaos/fixtures/patient.py');
  portBase = await freePortBase();
  await up();
  await client().apply(sandbox.model('chaos.model.json'));
  const first = await client().retrain('parcels', { asOf: '2026-02-16', cache: false, reason: 'the first' });
  await untilClosed(client(), await first.run());
});
afterAll(async () => {
  supervisor?.child.kill('SIGINT');
  await supervisor?.ended;
  await sandbox?.remove();
});
afterEach(({ task }) => showLogs(sandbox, task.result?.state === 'fail'));

const client = () => new PerennialClient({ env: { PERENNIAL_STATE: sandbox.state } });

async function up(): Promise<void> {
  supervisor = startPerennial(sandbox.state, 'up', '--port-base', `${portBase}`);
  await supervisor.until(/Perennial is up/);
}

/** Supervisor, programs and trainers at once. */
async function killAll(): Promise<void> {
  const pid = supervisor.child.pid ?? 0;
  const all = [pid, ...descendantsOf(pid)];
  for (const each of all) if (isAlive(each)) process.kill(each, 'SIGKILL');
  await supervisor.ended;
  await untilGone(all);
}

describe('a platform of which every process is killed at once', () => {
  it('goes on with the training that was cut off', async () => {
    const handle = await client().retrain('parcels', { asOf: '2026-02-16', cache: false, reason: 'a stormy day' });
    run = await handle.run();
    const { training = 0 } = await notedPids(sandbox.state);
    await eventually('the trainer runs', 20_000, async () => descendantsOf(training).length > 0 || null);
    await killAll();
    await up();
    const { approval } = await untilApproval(client(), run);
    expect(approval?.version).toBe(2);
  });

  it('goes on with the rollout that was cut off, and promotes once', async () => {
    const { token } = await client().createToken('ana', ['approver']);
    const { approval } = await untilApproval(client(), run);
    const ana = new PerennialClient({ env: { PERENNIAL_STATE: sandbox.state }, token });
    await ana.approve(run, { reason: 'fine', evidence: approval?.evidence ?? '' });
    const rollout = `parcels-v2-${run.slice('parcels-'.length)}`;
    const first = startTraffic(client().endpoints.gatewayUrl, { day: '2026-02-17', ratePerSecond: 40 });
    await eventually('the canary answers', 30_000, async () => {
      const { progress } = await client().rolloutDetail(rollout);
      return progress.phase === 'canary' || null;
    });
    await first.stop();
    await killAll();
    await up();
    const second = startTraffic(client().endpoints.gatewayUrl, { day: '2026-02-18', ratePerSecond: 40 });
    const { result } = await untilClosed(client(), run, 90_000);
    const { failures } = await second.stop();

    expect(result).toMatchObject({ outcome: 'promoted', version: 2 });
    expect(failures).toEqual({});
    const { events } = await client().history('parcels', { limit: 100 });
    const promotions = events.filter(({ kind, version }) => kind === 'version.stable' && version === 2);
    expect(promotions).toHaveLength(1);
    const { record } = await client().run(run);
    const attempts = await attemptsOf(`127.0.0.1:${portBase}`, record.workflowId, record.temporalRunId);
    expect(attempts.train).toBe(2);
  });
});
