import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openSandbox, type Running, type Sandbox, showLogs, startRunning } from './sandbox.ts';
import { untilApproval, untilClosed } from './waiting.ts';

let sandbox: Sandbox;
let running: Running;

beforeAll(async () => {
  sandbox = await openSandbox('test/e2e/fixtures/parcels.model.json');
  running = await startRunning(sandbox);
  await running.client.apply(sandbox.model('parcels.model.json'));
  const first = await running.client.retrain('parcels', { asOf: '2026-01-24', reason: 'the first' });
  await untilClosed(running.client, await first.run());
});
afterAll(async () => {
  await running?.platform.stop();
  await sandbox?.remove();
});
afterEach(({ task }) => showLogs(sandbox, task.result?.state === 'fail'));

describe('a flood of alarms', () => {
  it('starts one run for a hundred of them at once', async () => {
    const { client } = running;
    const instants = Array.from({ length: 100 }, (_, minute) =>
      new Date(Date.parse('2026-02-16') + minute * 60_000).toISOString(),
    );
    const checks = await Promise.all(instants.map((asOf) => client.check('parcels', { asOf })));
    const reactions = checks.map(({ result }) => result?.reaction);
    const count = (reaction: string) => reactions.filter((each) => each === reaction).length;

    expect(checks.map(({ result }) => result?.verdict)).toEqual(instants.map(() => 'alarm'));
    // A check of an instant before the last one moves no alarm, and one that finds the run open asks for no other.
    expect(count('run-started')).toBe(1);
    expect(count('run-joined') + count('answered') + count('none')).toBe(99);
    const runs = await client.runs('parcels');
    expect(runs.map(({ trigger }) => trigger.kind)).toEqual(['alarm', 'manual']);
    const { alarms } = await client.alarms('parcels');
    expect(new Set(alarms.map(({ kind }) => kind)).size).toBe(alarms.length);
  });

  it('starts none in the cooldown after that run', async () => {
    const { client } = running;
    const [{ run = '' } = {}] = await client.runs('parcels');
    const { approval } = await untilApproval(client, run);
    await client.reject(run, { reason: 'not now', evidence: approval?.evidence ?? '' });
    await untilClosed(client, run);
    const { result } = await client.check('parcels', { asOf: '2026-02-18' });
    expect(result).toMatchObject({ verdict: 'alarm', reaction: 'cooling-down' });
    expect(await client.runs('parcels')).toHaveLength(2);
  });
});
