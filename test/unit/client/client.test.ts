import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { discover } from '../../../src/client/discovery.ts';
import { readEvents } from '../../../src/client/event-stream.ts';
import { PerennialClient } from '../../../src/client/index.ts';
import { freePort } from '../../contracts/free-port.ts';

describe('finding the servers', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'perennial-client-'));
    await mkdir(join(folder, '.perennial'));
    await mkdir(join(folder, 'models/deep'), { recursive: true });
    await writeFile(join(folder, '.perennial/token'), 'kept-token\n');
    await writeFile(join(folder, '.perennial/urls.json'), '{"api":"http://127.0.0.1:1234","gateway":"http://g/"}');
  });
  afterEach(async () => await rm(folder, { recursive: true, force: true }));

  it('looks for .perennial upwards from where it is called', () => {
    expect(discover({ env: {}, cwd: join(folder, 'models/deep') })).toEqual({
      url: 'http://127.0.0.1:1234',
      gatewayUrl: 'http://g',
      token: 'kept-token',
      gatewayKey: null,
      state: join(folder, '.perennial'),
    });
  });

  it('lets the environment win over the folder, and an argument over both', () => {
    const env = { PERENNIAL_API_URL: 'http://env/', PERENNIAL_TOKEN: 'env-token', PERENNIAL_GATEWAY_KEY: 'env-key' };
    const found = { url: 'http://env', token: 'env-token', gatewayKey: 'env-key' };
    expect(discover({ env, cwd: folder })).toMatchObject(found);
    expect(discover({ env, cwd: folder, url: 'http://argument' })).toMatchObject({ url: 'http://argument' });
  });

  it('falls back to the default ports', () => {
    const { url, token } = discover({ env: { PERENNIAL_STATE: join(folder, 'nowhere') }, cwd: folder });
    expect({ url, token }).toEqual({ url: 'http://127.0.0.1:8400', token: null });
  });
});

describe('failures', () => {
  it('say that nothing listens and what starts it', async () => {
    const port = await freePort();
    const client = new PerennialClient({ url: `http://127.0.0.1:${port}`, env: {}, cwd: tmpdir() });
    await expect(client.models()).rejects.toMatchObject({
      code: 'PRN-CLI-001',
      message: `Couldn't reach the Perennial API at 127.0.0.1:${port}.`,
      hint: 'Nothing listens there. Start it: perennial up',
    });
  });

  it('say so when something else answers', async () => {
    const server = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const client = new PerennialClient({ url: `http://127.0.0.1:${port}`, env: {}, cwd: tmpdir() });
    await expect(client.models()).rejects.toMatchObject({ code: 'PRN-CLI-006' });
    server.close();
  });

  it('name the model file that cannot be read', async () => {
    const client = new PerennialClient({ env: {}, cwd: tmpdir() });
    await expect(client.apply('/nowhere/a.model.json')).rejects.toMatchObject({ code: 'PRN-CLI-004' });
  });
});

describe('server-sent events', () => {
  it('are put together however the network cuts them', async () => {
    const text = ': hello\n\nevent: progress\nid: a1\ndata: {"n":1}\n\nevent: closed\nid: a2\ndata: {"ü":2}\n\n';
    const bytes = new TextEncoder().encode(text);
    const stream = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const events = [];
    for await (const event of readEvents(new Response(stream))) events.push(event);
    expect(events).toEqual([
      { event: 'progress', id: 'a1', data: '{"n":1}' },
      { event: 'closed', id: 'a2', data: '{"ü":2}' },
    ]);
  });
});
