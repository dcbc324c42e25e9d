import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { httpPost } from '../../../src/notice/http/post.ts';

let server: Server | null = null;
afterEach(() => server?.close());

interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver on the loopback that answers with this status, or not at all. */
async function receiver(status: number | null): Promise<{ url: string; heard: Heard[] }> {
  const heard: Heard[] = [];
  server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    heard.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
    if (status === null) request.socket.destroy();
    else response.writeHead(status, { location: 'http://127.0.0.1:9/elsewhere' }).end();
  });
  await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, heard };
}

const now = () => new Date('2026-11-21T12:00:00.000Z');
const post = httpPost({ fetch, now });
const letter = { contentType: 'application/json', body: '{"text":"hé"}', id: 'n1', secret: null };

describe('a notice by HTTP', () => {
  it('is signed so that its receiver can check body, id and time', async () => {
    const { url, heard } = await receiver(200);
    const secret = `whsec_${Buffer.from('a shared secret').toString('base64')}`;
    expect(await post({ ...letter, url, secret })).toEqual({ state: 'delivered' });
    const [{ headers, body } = { headers: {}, body: '' }] = heard;
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const wanted = createHmac('sha256', 'a shared secret').update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${wanted}`);
    expect(headers['webhook-timestamp']).toBe(String(now().getTime() / 1_000));
  });

  it('carries no signature where there is no secret', async () => {
    const { url, heard } = await receiver(204);
    await post({ ...letter, url });
    expect(heard[0]?.headers).not.toHaveProperty('webhook-signature');
  });

  it.each([
    [500, true],
    [503, true],
    [429, true],
    [404, false],
    [410, false],
    [302, false],
  ])('that is answered %d was refused; trying again may help: %s', async (status, again) => {
    const { url, heard } = await receiver(status);
    expect(await post({ ...letter, url })).toEqual({ state: 'refused', why: `it answered ${status}`, again });
    expect(heard).toHaveLength(1);
  });

  it('is uncertain when the connection breaks after it was sent, and refused when none stood', async () => {
    const { url } = await receiver(null);
    expect(await post({ ...letter, url })).toMatchObject({ state: 'uncertain' });
    await new Promise<void>((closed) => server?.close(() => closed()));
    expect(await post({ ...letter, url })).toMatchObject({ state: 'refused', again: true });
  });

  it('does not repeat an address that cannot be read: it may be a secret in the wrong place', async () => {
    const refused = await post({ ...letter, url: 'xoxb-secret' });
    expect(refused).toEqual({ state: 'refused', why: 'its address is no http URL', again: false });
  });
});
