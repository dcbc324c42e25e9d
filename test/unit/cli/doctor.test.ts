import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { perennial } from './fake-terminal.ts';

let niceness: number | undefined;
const gateway = createServer((_, reply) => {
  reply.setHeader('content-type', 'application/json');
  reply.end(JSON.stringify({ ready: true, waiting: [], ...(niceness === undefined ? {} : { niceness }) }));
});
beforeAll(() => new Promise<void>((resolve) => void gateway.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => gateway.close(resolve)));

async function gatewayLine(): Promise<string> {
  const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  const env = { PERENNIAL_API_URL: 'http://127.0.0.1:1', PERENNIAL_GATEWAY_URL: url };
  const { stdout } = await perennial(['doctor', '--json'], { env });
  const { findings } = JSON.parse(stdout) as { findings: { name: string; ok: boolean; detail: string }[] };
  const found = findings.find(({ name }) => name === 'gateway');
  expect(found?.ok).toBe(true);
  return (found?.detail ?? '').replace(url, '<url>');
}

describe('perennial doctor', () => {
  it('says whether the system lets the gateway go before other programs', async () => {
    niceness = -10;
    expect(await gatewayLine()).toMatch(/^<url>; its event loop goes before other programs \(niceness -10/);
    niceness = 0;
    expect(await gatewayLine()).toMatch(/^<url>; its event loop goes before no other program \(niceness 0/);
  });

  it('says nothing of it for a gateway of an earlier release', async () => {
    niceness = undefined;
    expect(await gatewayLine()).toBe('<url>');
  });
});
