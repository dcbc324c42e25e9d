import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SweepRecord, sweepKey } from '../../../src/sweep/record.ts';
import { aModelFile } from '../api/servers.ts';
import { type ServersWithRun, startServersWithRun } from '../client/with-run.ts';
import { recordedSweep } from '../sweep/recorded-sweep.ts';
import { perennial, type TerminalOptions } from './fake-terminal.ts';

let servers: ServersWithRun;
let folder: string;
let run: string;
beforeAll(async () => {
  servers = await startServersWithRun();
  folder = await mkdtemp(join(tmpdir(), 'perennial-cli-'));
  await servers.as('operator').retrain('delays');
  const { runId } = await servers.temporal.client.workflow.getHandle('retrain:delays').describe();
  run = await servers.register('retrain:delays', runId);
});
afterAll(async () => {
  await servers.stop();
  await rm(folder, { recursive: true, force: true });
});

const as = (role: string, argv: readonly string[], options: TerminalOptions = {}) =>
  perennial(argv, { env: { PERENNIAL_API_URL: servers.api.url, PERENNIAL_TOKEN: `${role}-token` }, ...options });

describe('apply', () => {
  it('exits with 2 when a dry run would change something, and with 0 when not', async () => {
    const file = join(folder, 'delays.model.json');
    await writeFile(file, aModelFile({ owner: 'ops' }).text);
    const changed = await as('operator', ['apply', file, '--dry-run']);
    expect(changed.code).toBe(2);
    expect(changed.stdout).toContain('+ owner  ops');
    expect(changed.stdout.trimEnd().split('\n').at(-1)).toMatch(/^delays: would become revision 2 \(1 to add/);
  });

  it('shows the server’s problems as validate does', async () => {
    const file = join(folder, 'broken.model.json');
    await writeFile(file, aModelFile().text.replace('"holdout"', '"holdot"'));
    const { code, stderr } = await as('operator', ['apply', file]);
    expect(code).toBe(1);
    expect(stderr).toContain('did you mean "holdout"?');
  });
});

describe('status', () => {
  it('shows what waits for whom and the command that goes on', async () => {
    const { stdout } = await as('viewer', ['status']);
    expect(stdout).toContain('delays-r1 waiting for approval');
    expect(stdout.trimEnd()).toMatch(/perennial approve delays-r1$/);
  });

  it('exits with 2 for scripts when somebody is needed', async () => {
    expect((await as('viewer', ['status', 'delays', '--exit-status'])).code).toBe(2);
  });

  it('is one JSON document', async () => {
    const { stdout, stderr } = await as('viewer', ['status', '--json']);
    expect(JSON.parse(stdout)).toHaveLength(1);
    expect(stderr).toBe('');
  });
});

describe('watch', () => {
  it('says how to come back when it is left with Ctrl-C', async () => {
    const onReady = (interrupt: () => void) => void setTimeout(interrupt, 500);
    const { code, stdout } = await as('viewer', ['watch', 'delays'], { onReady });
    expect(code).toBe(0);
    expect(stdout).toContain('approve  ● running');
    expect(stdout).toContain('Detached; it goes on. Again: perennial watch delays-r1');
  });

  it('redraws a tree in place on a terminal', async () => {
    const onReady = (interrupt: () => void) => void setTimeout(interrupt, 1_500);
    const { stdout } = await as('viewer', ['watch', run], { onReady, tty: true });
    expect(stdout).toContain('└─');
    expect(stdout).toContain('\u001b[?25h');
  });
});

describe('approve', () => {
  it('shows the evidence and exits with 3 when there is no reason and nobody to ask', async () => {
    const { code, stdout, stderr } = await as('approver', ['approve', 'delays']);
    expect(code).toBe(3);
    expect(stdout).toContain('auc vs champion');
    expect(stderr).toContain('perennial approve delays-r1 --reason "<why>"');
  });

  it('asks a person for the reason, votes for what was shown, and the run goes on', async () => {
    const { code, stdout } = await as('approver', ['approve', 'delays'], { answers: ['better on every slice'] });
    expect(code).toBe(0);
    expect(stdout).toContain('delays-r1: approved by approver');
  });

  it('says that nothing waits any more', async () => {
    await servers.registry.closeRun(run, 'promoted', 'v4 is stable');
    const { code, stderr } = await as('approver', ['approve', run, '--reason', 'again']);
    expect(code).toBe(1);
    expect(stderr).toContain('delays-r1 does not wait for approval; it ended: promoted.');
  });
});

describe('streams for programs', () => {
  it('are NDJSON and nothing else', async () => {
    const { code, stdout } = await as('viewer', ['watch', run, '--json']);
    expect(code).toBe(0);
    const states = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).state);
    expect(states).toEqual(['closed']);
  });
});

describe('runs and history', () => {
  it('list what happened', async () => {
    expect((await as('viewer', ['runs', 'delays'])).stdout).toContain('✔ promoted');
    expect((await as('viewer', ['history', 'delays', '--at', '2013-01-01'])).stdout).toContain('nothing was live');
  });
});

describe('sweep', () => {
  const stage = 'boosted';
  const record = { ...recordedSweep('tpe'), stage };
  const put = async (kept: SweepRecord) =>
    await servers.store.put(sweepKey({ model: 'delays', run, stage }), Buffer.from(JSON.stringify({ ...kept, run })));

  it('show draws how it went, and gives every trial as CSV and a picture as SVG', async () => {
    await put(record);
    const { code, stdout } = await as('viewer', ['sweep', 'show', run, stage]);
    expect(code).toBe(0);
    expect(stdout).toContain(`best`);
    expect(stdout).toMatch(/eta +\d+ % +0.001 +[·●◆ ]+ 0.3/);
    const csv = (await as('viewer', ['sweep', 'show', run, stage, '--csv'])).stdout.trimEnd().split('\n');
    expect(csv[0]).toBe('trial,auc,state,stoppedAt,repeats,seconds,eta,depth,booster,leaf');
    expect(csv).toHaveLength(1 + record.trials.length);
    const file = join(folder, 'sweep.svg');
    await as('viewer', ['sweep', 'show', run, stage, '--svg', file]);
    const picture = await readFile(file, 'utf8');
    expect(picture).toMatch(/^<svg xmlns=.*<\/svg>$/s);
    for (const part of ['best so far', 'parameters', 'importance', 'trials that came to', 'seconds of each trial'])
      expect(picture).toContain(part);
    const { summary } = JSON.parse((await as('viewer', ['sweep', 'show', run, stage, '--json'])).stdout);
    expect(summary).toMatchObject({ importances: expect.any(Array), bestSoFar: expect.any(Array), seconds: 80 });
  });

  it('verify makes every suggestion again, and exits with 2 when one is another', async () => {
    const { code, stdout } = await as('viewer', ['sweep', 'verify', run, stage]);
    expect(stdout).toContain('✔ 40 of 40 suggestions of boosted of delays-r1 are the same bit for bit');
    expect(code).toBe(0);
    await put({ ...record, seed: record.seed + 1 });
    const other = await as('viewer', ['sweep', 'verify', run, stage, '--json']);
    expect(other.code).toBe(2);
    expect(JSON.parse(other.stdout)).toMatchObject({ checked: 40, unknown: 4 });
  });
});

describe('token create', () => {
  it('shows the token once', async () => {
    const { stdout } = await as('admin', ['token', 'create', 'ana', '--role', 'approver', 'viewer', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'ana', roles: ['approver', 'viewer'], token: expect.any(String) });
  });
});

describe('machines', () => {
  const offer = {
    ...({ type: 'm7i.large', region: 'eu-west-1', zone: 'eu-west-1b', market: 'spot' } as const),
    ...{ usdPerHour: 0.05, vcpus: 2, gpus: 0 },
  };

  it('shows those that live, and with --all those that have ended', async () => {
    const launchedAt = '2030-01-01T00:00:00.000Z';
    for (const machine of ['i-living', 'i-ended']) {
      const order = { model: 'delays', run, attempt: 'boosted-1', token: machine, offer };
      await servers.registry.openMachine({ machine, ...order, launchedAt, deadline: '2030-01-01T04:00:00.000Z' });
    }
    const end = { terminatedAt: '2030-01-01T01:00:00.000Z', end: 'finished', wastedSeconds: 0 } as const;
    await servers.registry.closeMachine({ machine: 'i-ended', ...end });
    const { stdout } = await as('viewer', ['machines', '--run', run]);
    expect(stdout).toContain('i-living');
    expect(stdout).not.toContain('i-ended');
    expect((await as('viewer', ['machines', '--all'])).stdout).toMatch(/i-ended .* finished +1h00m +\$0\.0500 +0s/);
    expect(JSON.parse((await as('viewer', ['machines', '--json'])).stdout)).toMatchObject([{ machine: 'i-living' }]);
  });
});
