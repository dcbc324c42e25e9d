import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApi, startApi } from '../../../src/api/http/start.ts';
import type { Triggered } from '../../../src/api/wire.ts';
import { cloudEvent, objectCreated } from './message-forms.ts';
import { aModelFile, type Servers, startServers } from './servers.ts';

const secret = 'it is a secret to everybody';

let servers: Servers;
let api: RunningApi;
beforeAll(async () => {
  servers = await startServers();
  const { registry, store, temporal } = servers;
  api = await startApi({
    registry,
    store,
    temporal: temporal.client,
    host: '127.0.0.1',
    port: 0,
    triggerSecret: secret,
  });
  const source = { format: 'parquet', uri: 's3://lake/flights/day={date}/*.parquet' };
  const { data } = JSON.parse(aModelFile().text) as { readonly data: object };
  for (const model of ['delays', 'storm', 'lake', 'lake-too']) {
    const change = model.startsWith('lake') ? { model, data: { ...data, source } } : { model };
    await servers.as('operator').apply(aModelFile(change));
  }
});
afterAll(async () => {
  await api?.close();
  await servers.stop();
});

type Given = Triggered & { readonly code?: string };

async function send(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const token: Record<string, string> =
    'x-hub-signature-256' in headers ? {} : { authorization: 'Bearer operator-token' };
  const response = await fetch(`${api.url}/v1/triggers/${path}`, {
    method: 'POST',
    headers: { ...token, ...headers },
    body: text,
  });
  return { status: response.status, given: (await response.json()) as Given };
}

const signed = (body: string, key = secret) => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', key).update(body).digest('hex')}`,
});

describe('a message', () => {
  it('starts a check as of its instant, and is told so', async () => {
    const { status, given } = await send('checks', { model: 'delays', asOf: '2019-01-01', reason: 'loaded' });
    expect(status).toBe(202);
    const asOf = '2019-01-01T00:00:00.000Z';
    expect(given.started).toEqual([{ model: 'delays', asOf, workflowId: `check:delays:${asOf}`, joined: false }]);
  });

  it('is one run for a hundred of them within a minute', async () => {
    const messages = Array.from({ length: 100 }, (_, index) => send('runs', { model: 'storm', id: `m-${index}` }));
    const joined = (await Promise.all(messages)).flatMap(({ given }) => given.started.map((each) => each.joined));
    expect(joined).toHaveLength(100);
    expect(joined.filter((each) => !each)).toHaveLength(1);
  });

  it('is answered once, however often it is delivered', async () => {
    const event = JSON.stringify(cloudEvent({ model: 'delays', asOf: '2019-01-05' }, { id: 'once' }));
    const type = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
    const deliveries = await Promise.all(Array.from({ length: 10 }, () => send('checks', event, type)));
    expect(deliveries.filter(({ given }) => !given.duplicate)).toHaveLength(1);
    const again = await send('checks', event, type);
    expect(again).toMatchObject({
      status: 200,
      given: { duplicate: true, started: [{ model: 'delays', joined: false }] },
    });
  });

  it('that could not be answered may come again', async () => {
    const early = { model: 'not-yet', id: 'early', asOf: '2019-01-01' };
    expect((await send('checks', early)).given.code).toBe('PRN-REGISTRY-001');
    await servers.as('operator').apply(aModelFile({ model: 'not-yet' }));
    expect(await send('checks', early)).toMatchObject({ status: 202, given: { duplicate: false } });
  });

  it('about new objects starts one check of every model whose data they are, when they have settled', async () => {
    const keys = ['a', 'b'].map((name) => `flights/day=2020-01-02/${name}.parquet`);
    const [first, second] = await Promise.all(keys.map((key) => send('checks?settle=1h', objectCreated('lake', key))));
    const asOf = '2020-01-03T00:00:00.000Z';
    expect(first?.given.started.map(({ model }) => model).toSorted()).toEqual(['lake', 'lake-too']);
    const all = [...(first?.given.started ?? []), ...(second?.given.started ?? [])];
    expect(all.map((each) => each.asOf)).toEqual([asOf, asOf, asOf, asOf]);
    expect(all.filter(({ joined }) => joined)).toHaveLength(2);
    const { given } = await send('checks', objectCreated('lake', 'other/file.csv'));
    expect(given).toMatchObject({ started: [], unmatched: ['lake/other/file.csv'] });
  });
});

describe('who may send one', () => {
  const body = '{"model":"delays","asOf":"2019-01-06"}';

  it('is whoever signs it with the secret', async () => {
    expect((await send('checks', body, signed(body))).status).toBe(202);
    expect(await send('checks', body, signed(body))).toMatchObject({ status: 200, given: { duplicate: true } });
    expect((await send('checks', body, signed(body, 'another secret'))).given.code).toBe('PRN-API-014');
    expect((await send('checks', `${body} `, signed(body))).status).toBe(401);
  });

  it('is nobody by signature where the API has no secret', async () => {
    const options = { method: 'POST', headers: signed(body), body };
    expect((await fetch(`${servers.api.url}/v1/triggers/checks`, options)).status).toBe(401);
  });

  it('is a token that may operate', async () => {
    const as = (token: string) => send('checks', body, { authorization: `Bearer ${token}` });
    expect((await as('viewer-token')).given.code).toBe('PRN-API-002');
    expect((await as('nobody-token')).given.code).toBe('PRN-API-001');
    expect((await as('operator-token')).status).toBe(202);
  });

  it('is told what is wrong with it', async () => {
    expect((await send('checks', '{')).given).toMatchObject({ code: 'PRN-API-003' });
    // It would be the latest of all checks, and no alarm would move until then.
    const future = { model: 'delays', asOf: '2100-01-01' };
    expect(await send('checks', future)).toMatchObject({ status: 400, given: { code: 'PRN-API-003' } });
    expect((await send('dances', body)).status).toBe(400);
    expect((await send('checks?settle=2h', body)).status).toBe(400);
  });
});
