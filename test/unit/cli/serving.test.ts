import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aModelFile, type Servers, startServers } from '../api/servers.ts';
import { perennial } from './fake-terminal.ts';

let servers: Servers;
beforeAll(async () => {
  servers = await startServers();
  await servers.as('operator').apply({ ...aModelFile(), path: 'delays.model.json' });
});
afterAll(async () => {
  await servers?.stop();
});

const as = (role: string, ...argv: readonly string[]) =>
  perennial(argv, { env: { PERENNIAL_API_URL: servers.api.url, PERENNIAL_TOKEN: `${role}-token` } });

describe('consumers', () => {
  it('says how the first key is made where there is none', async () => {
    const { code, stdout } = await as('viewer', 'consumers', 'delays');
    expect(code).toBe(0);
    expect(stdout).toContain('perennial consumers add delays <name>');
  });

  it('shows a key once, lists who calls what without it, and takes it away', async () => {
    const made = await as('admin', 'consumers', 'add', 'delays', 'shop', '--per-minute', '1200');
    const [key = '', told] = made.stdout.split('\n');
    expect(told).toBe(
      'Key of shop for delays (1,200/min). It is not shown again: send it to the gateway as x-api-key.',
    );
    const [kept] = await servers.registry.consumers();
    expect(kept?.sha256).toBe(createHash('sha256').update(key).digest('hex'));
    await servers.registry.sawConsumers([{ model: 'delays', consumer: 'shop', requests: 7 }]);
    const listed = await as('viewer', 'consumers');
    expect(listed.stdout).toMatch(/shop +delays +1,200\/min +7 /);
    expect(listed.stdout).not.toContain(key);
    expect((await as('admin', 'consumers', 'revoke', 'delays', 'shop')).stdout).toContain('is taken away');
    expect((await as('admin', 'consumers', 'revoke', 'delays', 'shop')).code).toBe(2);
    const [left] = JSON.parse((await as('viewer', 'consumers', 'delays', '--json')).stdout);
    expect(left).toMatchObject({ consumer: 'shop', hasKey: false, requests: 7, requestsPerMinute: null });
    expect(left).not.toHaveProperty('sha256');
  });

  it('are made by admins, for models that there are, with quotas that are numbers', async () => {
    expect((await as('operator', 'consumers', 'add', 'delays', 'shop')).stderr).toContain('PRN-API-002');
    expect((await as('admin', 'consumers', 'add', 'nothing', 'shop')).stderr).toContain('PRN-REGISTRY-001');
    expect((await as('admin', 'consumers', 'add', 'delays', 'a b')).stderr).toContain('PRN-API-003');
    const { code, stderr } = await as('admin', 'consumers', 'add', 'delays', 'shop', '--per-minute', 'many');
    expect(code).toBe(1);
    expect(stderr).toContain('"many" is not a number of requests.');
  });
});

describe('register', () => {
  const url = 'http://127.0.0.1:8000/v2/models/delays';

  it('needs a stable version beside the other server’s model', async () => {
    const { code, stderr } = await as('operator', 'register', 'delays', url, '--reason', 'the vendor’s');
    expect(code).toBe(1);
    expect(stderr).toContain('PRN-API-015');
  });

  it('makes a challenger of an address, once, whose rollout overrules the gates that it has not seen', async () => {
    const stable = await aStableVersion();
    const register = () => as('operator', 'register', 'delays', `${url}/`, '--reason', 'the vendor’s', '--json');
    const made = JSON.parse((await register()).stdout);
    expect(made).toMatchObject({ version: stable + 1, state: 'challenger', artifact: url, snapshot: 's' });
    expect(made.signature.classes).toEqual([0, 1]);
    expect(JSON.parse((await register()).stdout)).toMatchObject({ version: stable + 1 });
    expect(await servers.registry.versions('delays')).toHaveLength(2);
    const [opened] = await servers.registry.runs('delays');
    expect(opened).toMatchObject({ outcome: 'completed', trigger: { by: 'operator', reason: 'the vendor’s' } });
    const { stderr } = await as('operator', 'rollout', 'start', 'delays', String(stable + 1), '--reason', 'now');
    expect(stderr).toContain('no gate has seen it');
  });

  it.each(['ftp://host/v2/models/m', 'http://host:8000/predict', 'http://me:word@host/v2/models/m', 'delays'])(
    'refuses %s',
    async (address) => {
      const { code, stderr } = await as('operator', 'register', 'delays', address, '--reason', 'a try');
      expect(code).toBe(1);
      expect(stderr).toContain('url: ');
    },
  );

  it('is not for those who only look', async () => {
    const { stderr } = await as('viewer', 'register', 'delays', url, '--reason', 'a try');
    expect(stderr).toContain('PRN-API-002');
  });
});

async function aStableVersion(): Promise<number> {
  const { registry } = servers;
  const by = { name: 'perennial', via: 'workflow' } as const;
  const { run } = await registry.openRun({
    ...{ model: 'delays', workflowId: 'retrain:delays', temporalRunId: 'one', asOf: '2030-01-01T00:00:00Z' },
    ...{ trigger: { kind: 'manual', by: 'ana' }, planDigest: 'digest' },
  });
  const { version } = await registry.addVersion({
    ...{ model: 'delays', run, candidate: 'boosted', artifact: 'models/boosted', artifactDigest: 'sha256:aa' },
    signature: { task: 'binary-classification', features: [{ name: 'temp', type: 'numeric' }], classes: [0, 1] },
    ...{ snapshot: 's', parameters: {}, seed: 1, trainerMetrics: {}, environment: {} },
  });
  await registry.promoteFirst({ model: 'delays', version, run, by, reason: 'first' });
  return version;
}
