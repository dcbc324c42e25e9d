import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watchSpotNotice } from '../../../../src/compute/ec2/spot-notice.ts';
import { temporalCredential } from '../../../../src/compute/ec2/temporal-credential.ts';

type Reply = readonly [status: number, body: string];
let reply: (request: { method: string; url: string; token: string }) => Reply;
let endpoint: string;

beforeEach(async () => {
  const server = createServer((request, response) => {
    const token = `${request.headers['x-aws-ec2-metadata-token'] ?? ''}`;
    const [status, body] = reply({ method: request.method ?? '', url: request.url ?? '', token });
    response.writeHead(status);
    response.end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const notice: Reply = [200, '{"action":"terminate","time":"2026-11-21T10:02:00Z"}'];
const none: Reply = [404, 'not found'];

describe('the watch for the spot notice', () => {
  test('ends with the notice, asked for with a token of version 2', async () => {
    let asked = 0;
    reply = ({ method, url, token }) => {
      if (method === 'PUT') return url === '/latest/api/token' ? [200, 'secret'] : none;
      if (token !== 'secret') return [401, ''];
      asked += 1;
      return asked < 3 ? none : notice;
    };
    const watch = watchSpotNotice({ endpoint: `${endpoint}/`, everyMs: 5, signal: AbortSignal.timeout(5_000) });
    expect(await watch).toEqual({ kind: 'interrupted', action: 'terminate', time: '2026-11-21T10:02:00Z' });
  });

  test('takes its endpoint from the variable that AWS’s own tools read', async () => {
    vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', endpoint);
    reply = ({ method }) => (method === 'PUT' ? [200, 'secret'] : notice);
    const watch = watchSpotNotice({ everyMs: 5, signal: AbortSignal.timeout(5_000) });
    expect((await watch).kind).toBe('interrupted');
  });

  test('outlives a service that is down and a token that has run out', async () => {
    let puts = 0;
    let gets = 0;
    reply = ({ method, token }) => {
      if (method === 'PUT') {
        puts += 1;
        return puts === 1 ? [503, ''] : [200, `token-${puts}`];
      }
      gets += 1;
      if (gets === 1) return none;
      return token === 'token-2' ? [401, ''] : notice;
    };
    const watch = watchSpotNotice({ endpoint, everyMs: 5, signal: AbortSignal.timeout(5_000) });
    expect((await watch).kind).toBe('interrupted');
    expect(puts).toBe(3);
  });

  test('is called off at once by its signal', async () => {
    reply = () => none;
    const stop = new AbortController();
    const watch = watchSpotNotice({ endpoint, everyMs: 60_000, signal: stop.signal });
    setTimeout(() => stop.abort(), 20);
    expect(await watch).toEqual({ kind: 'called-off' });
  });

  test('is called off also while the service is answering', async () => {
    const stop = new AbortController();
    reply = ({ method }) => {
      if (method === 'GET') stop.abort();
      return method === 'PUT' ? [200, 'secret'] : none;
    };
    expect(await watchSpotNotice({ endpoint, everyMs: 60_000, signal: stop.signal })).toEqual({ kind: 'called-off' });
  });
});

describe('the Temporal credential', () => {
  beforeEach(() => {
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    vi.stubEnv('AWS_ENDPOINT_URL_SSM', endpoint);
  });

  test('is the decrypted value of the parameter', async () => {
    reply = () => [200, '{"Parameter":{"Value":"key-of-temporal"}}'];
    expect(await temporalCredential('/perennial/temporal')).toBe('key-of-temporal');
  });

  test('that the role may not read is told by name, and not tried again', async () => {
    reply = () => [400, '{"__type":"AccessDeniedException","message":"not authorized"}'];
    await expect(temporalCredential('/perennial/temporal')).rejects.toMatchObject({
      code: 'PRN-COMPUTE-024',
      retryable: false,
      message: expect.stringMatching(/"\/perennial\/temporal" cannot be read: AccessDeniedException/),
    });
  });
});
