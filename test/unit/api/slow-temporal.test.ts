import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { Client, Connection } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callTemporal } from '../../../src/api/temporal/call.ts';
import { findTemporal } from '../../../src/platform/temporal-binary.ts';

let temporal: TestWorkflowEnvironment;
let client: Client;
let line: Awaited<ReturnType<typeof lineTo>>;
beforeAll(async () => {
  const executable = { type: 'existing-path', path: findTemporal() } as const;
  temporal = await TestWorkflowEnvironment.createLocal({ server: { executable } });
  line = await lineTo(temporal.address);
  client = new Client({ connection: await Connection.connect({ address: line.address }) });
});
afterAll(async () => {
  await client.connection.close();
  line.close();
  await temporal.teardown();
});

/** A line to the server that can be held up, as by a server too busy to answer. */
async function lineTo(address: string) {
  const [host = '', port] = address.split(':');
  const callers = new Set<Socket>();
  const server = createServer((caller) => {
    callers.add(caller);
    const callee = connect(Number(port), host);
    pipeline(caller, callee, caller, () => callers.delete(caller));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: (on: boolean) => {
      for (const caller of callers) on ? caller.cork() : caller.uncork();
    },
    close: () => server.close(),
  };
}

/** Asks Temporal and holds its answers up for the first attempts. */
async function askWaiting(inVain: number, attempts: number): Promise<number> {
  let asked = 0;
  await callTemporal(client, { about: 'itself', timeoutMs: 1_500, attempts }, async () => {
    asked += 1;
    line.hold(asked <= inVain);
    return await client.connection.workflowService.getSystemInfo({});
  });
  return asked;
}

describe('a Temporal server that is too busy to answer in time', () => {
  it('is asked again where that is safe', async () => {
    expect(await askWaiting(1, 2)).toBe(2);
  });

  it('is reported as out of reach where it is not, or when it goes on', async () => {
    await expect(askWaiting(1, 1)).rejects.toMatchObject({ code: 'PRN-API-006' });
    await expect(askWaiting(2, 2)).rejects.toMatchObject({ code: 'PRN-API-006' });
  });
});
