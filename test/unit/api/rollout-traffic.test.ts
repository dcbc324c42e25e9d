import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandContext } from '../../../src/cli/command.ts';
import { run as rollback } from '../../../src/cli/commands/rollback.ts';
import type { Route } from '../../../src/registry/registry.ts';
import { accepted, ana, canary, liveModel } from '../../contracts/registry-fixtures.ts';
import { type Servers, startServers } from './servers.ts';

let servers: Servers;
beforeAll(async () => {
  servers = await startServers();
});
afterAll(async () => await servers.stop());

/** Logs requests of the last minutes, each with its label. */
async function logged(model: string, requests: number): Promise<void> {
  const now = Date.now();
  const at = (index: number) => new Date(now - (requests - index) * 1_000).toISOString();
  const day = new Date(now).toISOString().slice(0, 10);
  const lines = Array.from({ length: requests }, (_, index) =>
    JSON.stringify({ at: at(index), id: `r${index}`, role: 'stable', ok: true, latencyMs: 1, score: 3, prediction: 3 }),
  );
  const labels = Array.from({ length: requests }, (_, index) =>
    JSON.stringify({ at: at(index), id: `r${index}`, label: 4 }),
  );
  await servers.store.put(`requests/${model}/${day}/g-1.ndjson`, Buffer.from(`${lines.join('\n')}\n`));
  await servers.store.put(`labels/${model}/${day}/g-2.ndjson`, Buffer.from(`${labels.join('\n')}\n`));
}

describe('what a rollout has to work with', () => {
  it('is read from the log of the model, and is nothing without one', async () => {
    const model = await liveModel(servers.registry, 1);
    const viewer = servers.as('viewer');
    expect(await viewer.traffic.seen(model)).toEqual({ model, observed: null });
    await logged(model, 50);
    const { observed } = await viewer.traffic.seen(model, 1);
    expect(observed).toMatchObject({ requests: 50, labelled: 1, behaviour: { absoluteError: { mean: 1 } } });
    expect(await viewer.traffic.heldBack(model)).toEqual({ model, days: 30, report: null });
  });
});

describe('the history of a route', () => {
  it('tells who was live at an instant, since when, and by whose doing', async () => {
    const model = await liveModel(servers.registry, 2);
    accepted(await servers.registry.setRollout({ ...canary(model, 2, 'a'), reason: 'try it' }));
    const { live } = await servers.as('viewer').history(model, { at: '2999-01-01' });
    expect(live).toMatchObject({ stable: 1, canary: 2, weight: 0.05, rollout: 'a', by: ana, reason: 'try it' });
    expect(live?.since).toMatch(/^20/);
  });
});

describe('going back by the command line', () => {
  it('moves what was read, also while a lease is renewed; who decided on an older route is refused', async () => {
    const model = await liveModel(servers.registry, 4);
    for (const version of [2, 3]) {
      accepted(await servers.registry.setRollout(canary(model, version, `to-${version}`)));
      accepted(await servers.registry.promote({ model, version, rollout: `to-${version}`, by: ana, reason: '' }));
    }
    accepted(await servers.registry.setRollout(canary(model, 4, 'b')));
    const { rev } = await servers.registry.route(model);
    const renewing = Array.from({ length: 5 }, (_, index) =>
      servers.registry.renewLease(model, 'b', `2031-01-01T00:0${index}:00.000Z`),
    );
    await Promise.all([...renewing, goBack(model)]);
    const late = servers.as('operator').rollback(model, { reason: 'complaints', expectedRev: rev });
    await expect(late).rejects.toMatchObject({ code: 'PRN-API-013' });
    expect((await servers.registry.route(model)).stable).toBe(2);
  });
});

async function goBack(model: string): Promise<void> {
  const client = async () => servers.as('operator');
  const output = { document: (_: Route) => undefined, note: () => undefined };
  const context = { client, output } as unknown as CommandContext;
  await rollback(context, [model], { reason: 'complaints' });
}
