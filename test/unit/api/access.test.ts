import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aModelFile, type Servers, startServers } from './servers.ts';

let servers: Servers;
beforeAll(async () => {
  servers = await startServers();
  await servers.as('admin').apply(aModelFile());
});
afterAll(async () => await servers.stop());

const raw = (path: string, init: RequestInit = {}) => fetch(`${servers.api.url}${path}`, init);

describe('who may do what', () => {
  it('answers 401 without a token and with an unknown one', async () => {
    const response = await raw('/v1/models');
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      code: 'PRN-API-001',
      hint: expect.stringContaining('PERENNIAL_TOKEN'),
    });
    await expect(servers.as(null).models()).rejects.toMatchObject({ code: 'PRN-API-001' });
  });

  it('lets a viewer read and nothing else', async () => {
    const viewer = servers.as('viewer');
    expect(await viewer.models()).toHaveLength(1);
    await expect(viewer.check('delays')).rejects.toMatchObject({ code: 'PRN-API-002', details: { status: 403 } });
    await expect(viewer.approve('delays-r1', { reason: 'why not' })).rejects.toMatchObject({ code: 'PRN-API-002' });
  });

  it('lets a role that only a plan knows vote, and not operate', async () => {
    const officer = servers.as('risk-officer');
    await expect(officer.approve('delays-r9', { reason: 'as agreed' })).rejects.toMatchObject({
      code: 'PRN-REGISTRY-002',
    });
    await expect(officer.retrain('delays')).rejects.toMatchObject({ code: 'PRN-API-002' });
  });

  it('lets only an admin make tokens, which work at once and are stored as a hash', async () => {
    await expect(servers.as('operator').createToken('eve', ['admin'])).rejects.toMatchObject({ code: 'PRN-API-002' });
    const { token } = await servers.as('admin').createToken('ana', ['approver']);
    expect(token).toMatch(/^[\w-]{43}$/);
    const answer = await raw('/v1/whoami', { headers: { authorization: `Bearer ${token}` } });
    expect(await answer.json()).toEqual({ name: 'ana', roles: ['approver'] });
    expect(await servers.registry.findToken(token)).toBeNull();
  });

  it('tells health and metrics to everybody', async () => {
    expect(await (await raw('/v1/health')).json()).toMatchObject({ ok: true, database: 'ok', temporal: 'ok' });
    expect(await (await raw('/metrics')).text()).toContain('perennial_model_stable_version{model="delays"} 0');
  });
});

describe('what is refused', () => {
  const operator = { authorization: 'Bearer operator-token', 'content-type': 'application/json' };
  const post = (path: string, body: string) => raw(path, { method: 'POST', headers: operator, body });

  it.each([
    ['/v1/models/delays/runs', '{"asOf":"yesterday"}', 'asOf: a day'],
    ['/v1/models/delays/runs', '{"smok":true}', 'smok'],
    ['/v1/models/delays/rollouts', '{"version":0,"reason":"x"}', 'version'],
    ['/v1/models/delays/runs', '{"', 'JSON'],
  ])('a bad body for %s: %s', async (path, body, told) => {
    const response = await post(path, body);
    expect(response.status).toBe(400);
    const error = (await response.json()) as { code: string; message: string };
    expect(error.code).toBe('PRN-API-003');
    expect(error.message).toContain(told);
  });

  it('a body of more than a mebibyte', async () => {
    expect((await post('/v1/models', JSON.stringify({ text: 'x'.repeat(1_100_000) }))).status).toBe(413);
  });

  it('names that do not exist', async () => {
    const viewer = servers.as('viewer');
    await expect(viewer.model('nothing')).rejects.toMatchObject({ code: 'PRN-REGISTRY-001', details: { status: 404 } });
    await expect(viewer.run('delays-r99')).rejects.toMatchObject({ code: 'PRN-REGISTRY-002' });
    await expect(viewer.checkReport('delays', '2013-01-01')).rejects.toMatchObject({ code: 'PRN-API-004' });
    await expect(viewer.currentRollout('delays')).rejects.toMatchObject({ code: 'PRN-API-004' });
    expect((await raw('/v1/nothing')).status).toBe(404);
  });

  it('a rollout of a version that may not be rolled out', async () => {
    const failure = servers.as('operator').rollout('delays', 7, { reason: 'try it' });
    await expect(failure).rejects.toMatchObject({ code: 'PRN-REGISTRY-003' });
  });
});
