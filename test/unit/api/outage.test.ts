import { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApi, startApi } from '../../../src/api/http/start.ts';
import { lazyConnection } from '../../../src/api/temporal/connection.ts';
import { findTemporal } from '../../../src/platform/temporal-binary.ts';
import { freePort } from '../../contracts/free-port.ts';
import { aModelFile, clientOf, type Servers, startServers } from './servers.ts';

let servers: Servers;
let lonely: RunningApi;
let port: number;
beforeAll(async () => {
  servers = await startServers();
  const { registry, store } = servers;
  port = await freePort();
  const temporal = new Client({ connection: lazyConnection({ address: `127.0.0.1:${port}` }) });
  lonely = await startApi({ registry, store, temporal, host: '127.0.0.1', port: 0 });
  await clientOf(lonely, 'operator')
    .apply(aModelFile())
    .catch(() => undefined);
});
afterAll(async () => {
  await lonely.close();
  await servers.stop();
});

describe('while Temporal is away', () => {
  it('what needs it is answered with 503 and the command that starts it', async () => {
    const failure = clientOf(lonely, 'operator').retrain('delays');
    await expect(failure).rejects.toMatchObject({
      code: 'PRN-API-006',
      hint: expect.stringContaining('perennial up'),
      details: { status: 503 },
    });
  });

  it('what the registry knows can still be read', async () => {
    expect(await clientOf(lonely, 'viewer').model('delays')).toMatchObject({ model: 'delays' });
    expect(await clientOf(lonely, 'viewer').health()).toMatchObject({
      ok: false,
      database: 'ok',
      temporal: 'unreachable',
    });
  });

  it('an interrupted apply is repaired by repeating it', async () => {
    const applied = await servers.as('operator').apply(aModelFile());
    expect(applied.changed).toBe(false);
    const { action } = await servers.temporal.client.schedule.getHandle('check:delays').describe();
    expect(action.workflowType).toBe('check');
  });
});

describe('when Temporal is back', () => {
  it('the API goes on without a restart', async () => {
    const executable = { type: 'existing-path', path: findTemporal() } as const;
    const temporal = await TestWorkflowEnvironment.createLocal({ server: { executable, port } });
    try {
      const run = await clientOf(lonely, 'operator').retrain('delays', { reason: 'again' });
      expect(run).toMatchObject({ workflowId: 'retrain:delays', joined: false });
    } finally {
      await temporal.teardown();
    }
  });
});

describe('while the database is away', () => {
  it('everything is answered with 503 and a hint', async () => {
    await servers.database.close();
    await expect(servers.as('viewer').models()).rejects.toMatchObject({
      code: 'PRN-REGISTRY-010',
      hint: expect.stringContaining('perennial up'),
      details: { status: 503 },
    });
  });
});
