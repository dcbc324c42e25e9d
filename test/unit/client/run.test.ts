import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunProgress } from '../../../src/client/index.ts';
import { aModelFile } from '../api/servers.ts';
import { type ServersWithRun, startServersWithRun } from './with-run.ts';

let servers: ServersWithRun;
let run: string;
beforeAll(async () => {
  servers = await startServersWithRun();
});
afterAll(async () => await servers.stop());

describe('a run, as the client sees it', () => {
  it('is started with a workflow id of its model', async () => {
    const client = servers.as('operator');
    const handle = await client.retrain('delays', { asOf: '2013-11-20', reason: 'new season' });
    expect(handle).toMatchObject({ workflowId: 'retrain:delays', joined: false });
    const { runId } = await servers.temporal.client.workflow.getHandle('retrain:delays').describe();
    run = await servers.register('retrain:delays', runId);
    expect(await handle.run()).toBe('delays-r1');
  });

  it('is joined by a second trigger', async () => {
    const handle = await servers.as('operator').retrain('delays', { trigger: 'webhook' });
    expect(handle).toMatchObject({ joined: true });
    expect(await handle.run()).toBe(run);
    const { progress } = await handle.detail();
    expect(progress.stages[0]?.detail).toBe('1 joined');
  });

  it('refuses a plan of its own while it is open', async () => {
    const failure = servers.as('operator').retrain('delays', { plan: aModelFile() });
    await expect(failure).rejects.toMatchObject({ code: 'PRN-API-009', details: { status: 409 } });
  });

  it('shows progress, evidence and what it waits for', async () => {
    const detail = await servers.as('viewer').run(run);
    expect(detail).toMatchObject({ source: 'workflow', progress: { state: 'waiting-for-approval' } });
    expect(detail.evaluation?.candidates[0]?.candidate).toBe('boosted');
    const [summary] = await servers.as('viewer').models();
    expect(summary).toMatchObject({ runState: 'waiting-for-approval', approval: { version: 4 } });
  });

  it('passes the workflow’s refusal of a vote on, word by word', async () => {
    const failure = servers.as('approver').approve(run, { reason: 'looks good', evidence: 'older' });
    await expect(failure).rejects.toMatchObject({
      code: 'PRN-API-008',
      message: 'the vote is for other evidence',
      details: { status: 409 },
    });
  });

  it('is followed until it is closed, each state once', async () => {
    const states: RunProgress['state'][] = [];
    const following = (async () => {
      for await (const progress of servers.as('viewer').follow(run)) states.push(progress.state);
    })();
    await expect.poll(() => states, { timeout: 5_000 }).toEqual(['waiting-for-approval']);
    const { message } = await servers.as('approver').approve(run, { reason: 'looks good', evidence: 'seen' });
    expect(message).toBe('approved by approver');
    await following;
    expect(states).toEqual(['waiting-for-approval', 'closed']);
  });

  it('is read from the registry once it is closed', async () => {
    await servers.registry.closeRun(run, 'promoted', 'v4 is stable');
    const { progress, source } = await servers.as('viewer').run(run);
    expect(source).toBe('registry');
    expect(progress).toMatchObject({ state: 'closed', result: { outcome: 'promoted', summary: 'v4 is stable' } });
  });

  it('takes no more votes once it is closed', async () => {
    const failure = servers.as('approver').approve(run, { reason: 'too late', evidence: 'seen' });
    await expect(failure).rejects.toMatchObject({
      code: 'PRN-API-008',
      message: expect.stringContaining(': promoted.'),
    });
  });
});
