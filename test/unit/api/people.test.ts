import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { perennial } from '../cli/fake-terminal.ts';
import { aModelFile, type Servers, startServers } from './servers.ts';

let servers: Servers;
beforeAll(async () => {
  servers = await startServers();
  await servers.as('operator').apply({ ...aModelFile(), path: 'delays.model.json' });
});
afterAll(async () => {
  await servers?.stop();
});

const until = '2090-01-01';

const as = (role: string, ...argv: readonly string[]) =>
  perennial(argv, { env: { PERENNIAL_API_URL: servers.api.url, PERENNIAL_TOKEN: `${role}-token` } });

describe('delegations', () => {
  it('lend a role that the caller’s token holds, and nothing else', async () => {
    const lent = await servers.as('approver').delegate({ role: 'approver', to: 'viewer', until, reason: 'holiday' });
    expect(lent).toMatchObject({ holder: 'approver', to: 'viewer', by: { name: 'approver', via: 'client' } });
    const more = { role: 'risk-officer', to: 'viewer', until, reason: 'please' };
    await expect(servers.as('approver').delegate(more)).rejects.toMatchObject({ code: 'PRN-APPROVAL-002' });
    await expect(servers.as('viewer').delegate({ ...more, role: 'approver', to: 'bo' })).rejects.toMatchObject({
      code: 'PRN-APPROVAL-002',
    });
  });

  it('let their receiver vote, and not any more when they are revoked', async () => {
    const [lent] = await servers.as('viewer').delegations();
    const vote = { reason: 'as agreed', evidence: 'abc' };
    await expect(servers.as('viewer').approve('delays-r9', vote)).rejects.toMatchObject({ code: 'PRN-REGISTRY-002' });
    await expect(servers.as('risk-officer').revokeDelegation(lent?.id ?? 0, 'not mine')).rejects.toMatchObject({
      code: 'PRN-APPROVAL-003',
    });
    await servers.as('viewer').revokeDelegation(lent?.id ?? 0, 'I would rather not');
    expect(await servers.as('viewer').delegations()).toEqual([]);
    expect(await servers.as('viewer').delegations({ all: true })).toMatchObject([
      { revoked: { by: { name: 'viewer' } } },
    ]);
    await expect(servers.as('viewer').approve('delays-r9', vote)).rejects.toMatchObject({ code: 'PRN-API-002' });
  });
});

describe('perennial delegate', () => {
  it('says how the loan ends, and lists it until then', async () => {
    const lent = await as('approver', 'delegate', 'approver', 'bo', '--until', until, '--reason', 'on holiday');
    expect(lent.stdout).toContain('bo votes as approver for approver until 2090-01-01 00:00 UTC.');
    const [, id = ''] = /perennial delegations revoke (\d+)/.exec(lent.stdout) ?? [];
    expect((await as('viewer', 'delegations')).stdout).toMatch(
      /approver\s+approver\s+bo\s+2090-01-01 00:00\s+on holiday/,
    );
    const revoked = await as('approver', 'delegations', 'revoke', id, '--reason', 'back again');
    expect(revoked.stdout.trim()).toBe('bo does not act as approver for approver any more.');
    expect((await as('viewer', 'delegations')).stdout.trim()).toBe('Nobody has lent a role.');
    expect((await as('viewer', 'delegations', '--all')).stdout).toContain('revoked by approver: back again');
  });

  it('asks for what is missing', async () => {
    const { code, stderr } = await as('approver', 'delegate', 'approver', 'bo', '--reason', 'on holiday');
    expect(code).toBe(3);
    expect(stderr).toContain('perennial delegate approver bo --until');
  });
});

describe('a vote that is refused', () => {
  it('stays in the history of the model, once', async () => {
    const { registry } = servers;
    const { run } = await registry.openRun({
      ...{ model: 'delays', workflowId: 'retrain:delays', temporalRunId: 'gone', asOf: '2026-11-20', planDigest: 'd' },
      trigger: { kind: 'manual', by: 'rob' },
    });
    await registry.closeRun(run, 'rejected', 'rejected by ana: not on a Friday');
    const vote = { reason: 'I am late', evidence: 'abc' };
    for (let time = 0; time < 2; time += 1)
      await expect(servers.as('approver').approve(run, vote)).rejects.toMatchObject({
        ...{ code: 'PRN-API-008', message: expect.stringContaining('UTC: rejected') },
      });
    const refusals = (await registry.events('delays')).filter(({ kind }) => kind === 'approval.refused');
    expect(refusals).toMatchObject([
      { run, actor: { name: 'approver', via: 'client' }, details: { choice: 'approve' } },
    ]);
  });
});

describe('the link in a notice', () => {
  const key = 'models/delays/approvals/delays-r1/abc.json';
  const secret = 'a'.repeat(32);
  const page = (path: string) => fetch(`${servers.api.url}/evidence/${path}`);

  it('opens the page of its evidence without a token, and no other', async () => {
    const { registry, store } = servers;
    const report = {
      model: 'delays',
      run: 'delays-r1',
      snapshot: 's',
      holdoutRows: 10,
      champion: null,
      candidates: [],
    };
    await store.put(key, Buffer.from(JSON.stringify({ ...report, winner: { candidate: 'boosted', version: 2 } })));
    const told = { on: 'approval', run: 'delays-r1', version: 2, text: 'waits', to: 'ana@example.org' } as const;
    const link = { sha256: createHash('sha256').update(secret).digest('hex'), until, evidence: key };
    await registry.takeNotice({ key: 'k', event: 'delays-r1/approve/1/asked', model: 'delays', ...told, link });
    await registry.settleNotice({ key: 'k', state: 'sent' });
    const opened = await page(secret);
    expect(opened.status).toBe(200);
    expect(opened.headers.get('cache-control')).toBe('no-store');
    expect(await opened.text()).toContain('perennial approve delays-r1');
    expect((await page('b'.repeat(32))).status).toBe(404);
    const listed = await as('viewer', 'notices', 'delays', '--exit-status');
    expect(listed.stdout).toMatch(/approval\s+ana@example\.org\s+sent\s+1\s+waits/);
    expect(listed.code).toBe(0);
  });
});
