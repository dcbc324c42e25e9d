import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningGateway } from '../../../../src/gateway/http/start-gateway.ts';
import { type Bench, bench, model, row, until } from './harness.ts';

let on: Bench;
let gateway: RunningGateway;

beforeEach(async () => {
  on = await bench({ 1: 'good', 2: 'throws' });
  gateway = await on.start({ limits: { rows: 3, bodyBytes: 2_000 } });
});
afterEach(() => on.clean());

interface Wire {
  readonly socket: Socket;
  text(): string;
}

async function open(): Promise<Wire> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, text: () => text };
}

function request(id: string, features: object = row, headers = ''): string {
  const body = JSON.stringify({ id, features });
  const length = `content-length: ${Buffer.byteLength(body)}`;
  return `POST /v1/models/${model}/predict HTTP/1.1\r\nhost: x\r\n${length}\r\n${headers}\r\n${body}`;
}

const idsIn = (text: string): string[] => [...text.matchAll(/"id":"(\w+)"/g)].map((match) => match[1] ?? '');
const statusesIn = (text: string): string[] => [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1] ?? '');

describe('a connection', () => {
  it('answers pipelined requests in their order, however they are cut into packets', async () => {
    const { socket, text } = await open();
    const all = ['a', 'b', 'c', 'd', 'e'].map((id) => request(id)).join('');
    socket.write(request('first'));
    for (let at = 0; at < all.length; at += 37) {
      socket.write(all.slice(at, at + 37));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(text, (got) => idsIn(got).length === 6);
    expect(idsIn(text())).toEqual(['first', 'a', 'b', 'c', 'd', 'e']);
    socket.destroy();
  });

  it('answers what was sent before the caller said that it sends no more', async () => {
    const { socket, text } = await open();
    // A version that has to be loaded first: the second request waits behind its answer.
    socket.write(request('slow', row, 'x-model-version: 2\r\n'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.end(request('behind'));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(idsIn(text())).toEqual(['slow', 'behind']);
  });

  it('goes on with requests of every other kind after quick ones', async () => {
    const { socket, text } = await open();
    socket.write(request('q1'));
    await until(text, (got) => idsIn(got).length === 1);
    socket.write('GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n');
    await until(text, (got) => got.includes('"status":"ok"'));
    const chunk = JSON.stringify({ id: 'q2', features: row });
    const chunked = `${chunk.length.toString(16)}\r\n${chunk}\r\n0\r\n\r\n`;
    socket.write(
      `POST /v1/models/${model}/predict HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n${chunked}`,
    );
    await until(text, (got) => idsIn(got).length === 2);
    expect(statusesIn(text())).toEqual(['200', '200', '200']);
    socket.destroy();
  });

  it('gives ids beyond ASCII back as they came', async () => {
    const { socket, text } = await open();
    const body = Buffer.from(JSON.stringify({ id: 'zürich-雪', features: row }));
    socket.write(`POST /v1/models/${model}/predict HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n`);
    socket.write(body);
    await until(text, (got) => got.includes('zürich-雪') && got.endsWith('}'));
    socket.destroy();
  });

  it.each([
    ['a broken body', request('q').replace('{"id"', '{"id '), '400'],
    ['a column that the model does not know', request('q', { ...row, z: 1 }), '400'],
    ['an unknown model', request('q').replace(model, 'shapes'), '404'],
    ['both a length and chunks', request('q', row, 'transfer-encoding: chunked\r\n'), '400'],
    ['a body above the limit', request('q', { ...row, c: 'x'.repeat(2_500) }), '413'],
  ])('refuses %s with its status', async (_, text, status) => {
    const wire = await open();
    wire.socket.write(text);
    await until(wire.text, (got) => statusesIn(got).length > 0);
    expect(statusesIn(wire.text())[0]).toBe(status);
    wire.socket.destroy();
  });

  it('ends when the gateway closes, so that closing waits for nobody who is idle', async () => {
    const { socket, text } = await open();
    socket.write(request('q1'));
    await until(text, (got) => idsIn(got).length === 1);
    const ended = new Promise((resolve) => socket.once('close', resolve));
    await gateway.close();
    await ended;
  });
});
