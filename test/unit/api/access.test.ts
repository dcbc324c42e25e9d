import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PerennialClient } from '../../../src/client/client.ts';
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
    await expect(servers.as('operator').reproduce('delays', 9)).rejects.toMatchObject({ code: 'PRN-REGISTRY-003' });
    await expect(viewer.reproduce('delays', 1)).rejects.toMatchObject({ code: 'PRN-API-002' });
    await expect(viewer.currentRollout('delays')).rejects.toMatchObject({ code: 'PRN-API-004' });
    expect((await raw('/v1/nothing')).status).toBe(404);
  });

  it('a rollout of a version that may not be rolled out', async () => {
    const failure = servers.as('operator').rollout('delays', 7, { reason: 'try it' });
    await expect(failure).rejects.toMatchObject({ code: 'PRN-REGISTRY-003' });
  });
});

describe('a version that nobody has approved', () => {
  it('is not rolled out by hand past the approval that its plan asks for', async () => {
    const versions = await threeVersions(servers.registry);
    const failure = servers.as('operator').rollout('delays', versions.challenger, { reason: 'it passed its gates' });
    await expect(failure).rejects.toMatchObject({
      code: 'PRN-API-010',
      message: expect.stringContaining('It lacks: the approval that its plan asks for.'),
    });
  });
});

describe('a report in a browser', () => {
  it('is opened with the token as password, which does nothing but read', async () => {
    const versions = await threeVersions(servers.registry);
    const path = `/v1/models/delays/versions/${versions.rejected}/report`;
    const asked = await raw(path);
    expect(asked.status).toBe(401);
    expect(asked.headers.get('www-authenticate')).toMatch(/^Basic /);
    const authorization = `Basic ${Buffer.from('me:operator-token').toString('base64')}`;
    const page = await raw(path, { headers: { authorization } });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('www-authenticate')).toBeNull();
    expect(await page.text()).toContain('<!doctype html>');
    expect((await raw('/v1/models/delays/runs', { method: 'POST', headers: { authorization } })).status).toBe(401);
  });
});

describe('a version that its gates have rejected', () => {
  it('is forced only by a role that may, with a reason, and carries the mark', async () => {
    const { registry } = servers;
    const versions = await threeVersions(registry);
    const forcing = { reason: 'the season cannot wait', force: true };
    await expect(
      servers.as('operator').rollout('delays', versions.rejected, { ...forcing, force: false }),
    ).rejects.toMatchObject({
      code: 'PRN-API-010',
      hint: expect.stringContaining('role overruler'),
    });
    await expect(servers.as('operator').rollout('delays', versions.rejected, forcing)).rejects.toMatchObject({
      code: 'PRN-API-002',
      message: expect.stringContaining('admin or overruler'),
    });
    expect((await servers.as('viewer').version('delays', versions.rejected)).forced).toEqual([]);

    const { token } = await servers.as('admin').createToken('bob', ['operator', 'overruler']);
    const { rollout } = await new PerennialClient({ url: servers.api.url, token, env: {} }).rollout(
      'delays',
      versions.rejected,
      forcing,
    );
    const gates = ['auc ≥ 0.99', 'the approval that its plan asks for'];
    const mark = { by: 'bob', reason: 'the season cannot wait', from: 'rejected', rollout, gates };
    expect((await servers.as('viewer').version('delays', versions.rejected)).forced).toMatchObject([mark]);
    const story = await servers.as('viewer').explain('delays', versions.rejected);
    expect(story.forced).toMatchObject([mark]);
    expect(await servers.as('viewer').card('delays', versions.rejected)).toContain('FORCED PAST ITS GATES');
    expect(await servers.as('viewer').card('delays', versions.rejected, 'html')).toContain('class="force"');
    const { events } = await servers.as('viewer').history('delays');
    expect(events.find(({ kind }) => kind === 'decision.override')).toMatchObject({ reason: 'the season cannot wait' });
    const difference = await servers.as('viewer').difference('delays', versions.stable, versions.rejected);
    expect(difference.parameters).toEqual([{ what: 'depth', from: '3', to: '4' }]);
  });
});

interface ThreeVersions {
  readonly stable: number;
  readonly rejected: number;
  readonly challenger: number;
}

/** Made once: what is asked for again is there already. */
async function threeVersions(registry: Servers['registry']): Promise<ThreeVersions> {
  const by = { name: 'perennial', via: 'workflow' } as const;
  const { run } = await registry.openRun({
    ...{ model: 'delays', workflowId: 'retrain:delays', temporalRunId: 'one', asOf: '2030-01-01T00:00:00Z' },
    ...{ trigger: { kind: 'manual', by: 'ana' }, planDigest: 'digest' },
  });
  const add = async (candidate: string, depth: number) =>
    await registry.addVersion({
      ...{
        model: 'delays',
        run,
        candidate,
        artifact: `models/${candidate}`,
        artifactDigest: 'sha256:aa',
        snapshot: 's',
      },
      signature: { task: 'binary-classification', features: [{ name: 'temp', type: 'numeric' }], classes: [0, 1] },
      ...{ parameters: { depth }, seed: 1, trainerMetrics: {}, environment: {} },
    });
  const [{ version: stable }, { version: rejected }] = [await add('same', 3), await add('other', 4)];
  const { version: challenger } = await add('third', 5);
  await registry.moveVersion({ model: 'delays', version: challenger, to: 'challenger', by, reason: 'passed', run });
  await registry.promoteFirst({ model: 'delays', version: stable, run, by, reason: 'first' });
  const gate = { metric: 'auc', atLeast: 0.99, confidence: 0.95, dryRun: false };
  const result = { name: 'auc ≥ 0.99', gate, verdict: 'fail', value: 0.7, threshold: '≥ 0.99', interval: null, n: 500 };
  await registry.recordDecision({
    ...{ run, model: 'delays', version: rejected, kind: 'gates', verdict: 'fail', by, reason: 'auc ≥ 0.99' },
    evidence: {
      evaluation: 'models/delays/evaluations/gone.json',
      gates: [{ ...result, counterfactual: 'would pass at ≥ 0.7' }],
    },
  });
  await registry.moveVersion({ model: 'delays', version: rejected, to: 'rejected', by, reason: 'auc ≥ 0.99', run });
  return { stable, rejected, challenger };
}
