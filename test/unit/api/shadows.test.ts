import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { perennial } from '../cli/fake-terminal.ts';
import { aModelFile, type Servers, startServers } from './servers.ts';

let servers: Servers;
beforeAll(async () => {
  servers = await startServers();
  await servers.as('operator').apply({ ...aModelFile(), path: 'delays.model.json' });
  const by = { name: 'ana', via: 'client' } as const;
  const { registry } = servers;
  const { run } = await registry.openRun({
    ...{ model: 'delays', workflowId: 'retrain:delays', temporalRunId: 'first', asOf: '2030-01-01T00:00:00Z' },
    ...{ trigger: { kind: 'manual', by: 'ana', reason: 'try' }, planDigest: 'd' },
  });
  for (const candidate of ['a', 'b']) {
    const { version } = await registry.addVersion({
      ...{ model: 'delays', run, candidate, artifact: candidate, artifactDigest: 'd', snapshot: 's', parameters: {} },
      ...{ signature: { task: 'regression', features: [], classes: [] }, seed: 1, trainerMetrics: {}, environment: {} },
    });
    await registry.moveVersion({ model: 'delays', version, to: 'challenger', by, reason: 'gates passed' });
  }
  await registry.promoteFirst({ model: 'delays', version: 1, run, by, reason: 'first' });
});
afterAll(async () => {
  await servers?.stop();
});

const as = (role: string, ...argv: string[]) =>
  perennial(argv, { env: { PERENNIAL_API_URL: servers.api.url, PERENNIAL_TOKEN: `${role}-token` } });

describe('shadow', () => {
  it('adds, lists and removes a standing shadow by its name', async () => {
    const added = await as('operator', 'shadow', 'add', 'delays@2', '--reason', 'compare for a month');
    expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining('v2 sees copies of all requests') });
    expect((await servers.registry.route('delays')).shadows).toEqual([2]);
    const listed = await as('viewer', 'shadow', 'list', 'delays');
    expect(listed.stdout).toMatch(/v2 .*operator \(cli\) +compare for a month/);
    expect((await as('viewer', 'status', 'delays')).stdout).toContain('standing shadows v2');
    expect((await as('operator', 'shadow', 'remove', 'delays@2', '--reason', 'seen enough')).code).toBe(0);
    expect((await as('viewer', 'shadow', 'list', 'delays')).stdout).toContain('has no standing shadow');
  });

  it('is refused for the champion with the reason, and for who may not operate', async () => {
    const champion = await as('operator', 'shadow', 'add', 'delays@1', '--reason', 'try this');
    expect(champion).toMatchObject({ code: 1, stderr: expect.stringContaining('version 1 is the stable version') });
    expect((await as('viewer', 'shadow', 'add', 'delays@2', '--reason', 'try this')).code).toBe(1);
    expect((await as('operator', 'shadow', 'add', 'delays', '--reason', 'try this')).stderr).toContain('no version');
  });
});
