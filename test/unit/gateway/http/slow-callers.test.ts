import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningGateway } from '../../../../src/gateway/http/start-gateway.ts';
import { type Bench, bench, model, predict, row } from './harness.ts';

let on: Bench;
let gateway: RunningGateway;
beforeAll(async () => {
  on = await bench({ 1: 'good' });
  gateway = await on.start();
});
afterAll(() => on.clean());

/** Sends the beginning of a request, then a letter now and then; resolves with what came back when the connection ends. */
function drip(beginning: string, everyMs: number): Promise<string> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  const dripping = setInterval(() => socket.writable && socket.write('a'), everyMs);
  let said = '';
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    said += chunk.toString('latin1');
  });
  socket.write(beginning);
  return new Promise((resolve) => {
    socket.once('close', () => {
      clearInterval(dripping);
      resolve(said);
    });
  });
}

const path = `POST /v1/models/${model}/predict HTTP/1.1\r\nhost: slow\r\n`;

describe('callers who mean no good', () => {
  it('are cut off when their head does not end, and nobody else notices', async () => {
    const slow = Promise.all(Array.from({ length: 20 }, () => drip(`${path}x-slow: `, 500)));
    expect((await predict(gateway, { features: row })).status).toBe(200);
    for (const said of await slow) expect(said === '' || said.startsWith('HTTP/1.1 408')).toBe(true);
    expect((await predict(gateway, { features: row })).status).toBe(200);
  }, 40_000);

  it('are refused before they send a body that is too large', async () => {
    const said = await drip(`${path}content-length: 99999999999\r\nconnection: close\r\n\r\n`, 50);
    expect(said).toMatch(/^HTTP\/1\.1 413/);
  });
});
