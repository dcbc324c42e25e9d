import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PerennialClient } from '../../src/client/index.ts';
import { isListening } from '../../src/platform/program.ts';
import { type Started, startPerennial } from '../e2e/command-line.ts';
import { parcelsOf } from '../e2e/parcels.ts';
import { notedPids, untilGone } from '../e2e/processes.ts';
import { freePortBase, openSandbox, repository, type Sandbox, showLogs } from '../e2e/sandbox.ts';
import { startTraffic } from '../e2e/traffic.ts';
import { eventually, untilApproval, untilClosed } from '../e2e/waiting.ts';

let sandbox: Sandbox;
let portBase = 0;
let supervisor: Started;
let client: PerennialClient;
let gateway: ChildProcess | null = null;

beforeAll(async () => {
  sandbox = await openSandbox('test/chaos/fixtures/chaos.model.json', 'test/chaos/fixtures/patient.py');
  portBase = await freePortBase();
  supervisor = startPerennial(sandbox.state, 'up', '--port-base', `${portBase}`);
  await supervisor.until(/Perennial is up/);
  client = new PerennialClient({ env: { PERENNIAL_STATE: sandbox.state } });
  await client.apply(sandbox.model('chaos.model.json'));
  const first = await client.retrain('parcels', { asOf: '2026-02-16', cache: false, reason: 'the first' });
  const { result } = await untilClosed(client, await first.run());
  expect(result).toMatchObject({ outcome: 'promoted', version: 1 });
  // What is killed a moment later must have been able to tell the gateway.
  await eventually('the gateway answers', 20_000, question);
});
afterAll(async () => {
  gateway?.kill('SIGKILL');
  supervisor?.child.kill('SIGCONT');
  supervisor?.child.kill('SIGINT');
  await supervisor?.ended;
  await sandbox?.remove();
});
afterEach(({ task }) => showLogs(sandbox, task.result?.state === 'fail'));

const question = () => client.predict('parcels', parcelsOf('2026-02-17')[0]?.features ?? {}, { id: 'one' });

describe('a gateway that is alone', () => {
  it('answers while database, API, Temporal and workers are down', async () => {
    const { gateway: _, ...others } = await notedPids(sandbox.state);
    const traffic = startTraffic(client.endpoints.gatewayUrl, { day: '2026-02-17', ratePerSecond: 60 });
    // A supervisor that is stopped starts nothing again.
    supervisor.child.kill('SIGSTOP');
    for (const pid of Object.values(others)) process.kill(pid, 'SIGKILL');
    const before = traffic.seen().answered;
    await sleep(8_000);
    expect(await Promise.all([0, 2, 3].map((offset) => isListening(portBase + offset)))).toEqual([false, false, false]);
    const { failures, answered, labelled } = await traffic.stop();
    expect(failures).toEqual({});
    expect(answered - before).toBeGreaterThan(8 * 60 * 0.8);
    expect(labelled).toBeGreaterThan(0);
  });

  it('answers after a restart, from what it has kept', async () => {
    const { gateway: pid = 0 } = await notedPids(sandbox.state);
    process.kill(pid, 'SIGKILL');
    await eventually('the port is free', 5_000, async () => !(await isListening(portBase + 4)) || null);
    gateway = spawn(process.execPath, [join(repository, 'dist/src/gateway/main.js')], {
      env: {
        ...process.env,
        PERENNIAL_NAME: 'gateway',
        PERENNIAL_PORT: `${portBase + 4}`,
        PERENNIAL_STATE: sandbox.state,
        PERENNIAL_STORE: pathToFileURL(join(sandbox.state, 'objects')).href,
        PERENNIAL_DATABASE_URL: `postgresql://postgres@127.0.0.1:${portBase + 2}/postgres`,
      },
      stdio: 'ignore',
    });
    const startedAt = Date.now();
    const answer = await eventually('the gateway answers', 20_000, question);
    console.log(`a restarted gateway answers without the database after ${Date.now() - startedAt} ms`);
    expect(answer).toMatchObject({ version: 1, role: 'stable' });
    const ended = once(gateway, 'exit');
    gateway.kill('SIGTERM');
    await ended;
    gateway = null;
  });

  it('is joined by all the others once the supervisor goes on, and runs go on', async () => {
    supervisor.child.kill('SIGCONT');
    const startedAt = Date.now();
    await eventually('the platform is healthy', 60_000, async () => (await client.health()).ok || null);
    await eventually('the gateway answers', 20_000, question);
    const handle = await client.retrain('parcels', { asOf: '2026-02-16', cache: false, reason: 'after the night' });
    const run = await handle.run();
    const { approval } = await untilApproval(client, run, 90_000);
    console.log(
      `everything died; a new run waited for approval after ${((Date.now() - startedAt) / 1_000).toFixed(1)} s`,
    );
    await client.reject(run, { reason: 'good night', evidence: approval?.evidence ?? '' });
    expect((await untilClosed(client, run)).result).toMatchObject({ outcome: 'rejected' });
  });

  it('leaves nothing behind when it is stopped', async () => {
    const pids = Object.values(await notedPids(sandbox.state));
    expect(pids).toHaveLength(6);
    supervisor.child.kill('SIGINT');
    expect((await supervisor.ended).code).toBe(0);
    await untilGone(pids);
  });
});
