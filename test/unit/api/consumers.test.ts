import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aModelFile, type Servers, startServers } from './servers.ts';

let servers: Servers;
beforeAll(async () => {
  servers = await startServers();
  await servers.as('operator').apply({ ...aModelFile(), path: 'delays.model.json' });
});
afterAll(async () => {
  await servers?.stop();
});

async function call(role: string, path: string, body?: object): Promise<{ status: number; body: unknown }> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const headers = { authorization: `Bearer ${role}-token`, 'content-type': 'application/json' };
  const response = await fetch(`${servers.api.url}/v1/models/delays/consumers${path}`, { ...init, headers });
  return { status: response.status, body: await response.json() };
}

describe('consumers of a model', () => {
  it('get a key that is shown once, of which the registry keeps a hash, and lose it again', async () => {
    const made = await call('admin', '/shop', { requestsPerMinute: 60 });
    expect(made).toMatchObject({ status: 201, body: { consumer: 'shop', requestsPerMinute: 60 } });
    const { key } = made.body as { readonly key: string };
    const [known] = await servers.registry.consumers();
    expect(known?.sha256).toBe(createHash('sha256').update(key).digest('hex'));
    expect((await call('viewer', '')).body).toMatchObject([
      { consumer: 'shop', hasKey: true, requests: 0, lastSeen: null },
    ]);
    expect((await call('admin', '/shop/revoke', {})).body).toMatchObject({ revoked: true });
    expect((await call('viewer', '')).body).toMatchObject([{ consumer: 'shop', hasKey: false }]);
  });

  it('are made by admins only', async () => {
    expect((await call('operator', '/shop', {})).status).toBe(403);
  });
});
