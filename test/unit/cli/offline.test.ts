import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verbs } from '../../../src/cli/verbs.ts';
import { freePort } from '../../contracts/free-port.ts';
import { aModelFile } from '../api/servers.ts';
import { perennial } from './fake-terminal.ts';

describe('mistakes in the command line', () => {
  it.each([
    [['chek', 'delays'], "Unknown command 'chek'.", 'Did you mean check?'],
    [['rollout', 'abrt', 'x'], "Unknown command 'abrt'.", 'Did you mean abort?'],
    [['check', 'delays', '--as-off', 'x'], "Unknown option '--as-off'.", 'Did you mean --as-of?'],
    [['check'], "Missing required argument 'model'.", 'See: perennial check --help'],
    [['rollout', 'start', 'delays'], "Missing required argument 'version'.", 'See: perennial rollout start --help'],
    [
      ['diff', 'a.parquet', 'b.csv'],
      '"a.parquet" is a table; diff holds two versions of a model against each other.',
      'Two tables: perennial compare a.parquet b.csv',
    ],
    [
      ['compare', 'delays@1', '4'],
      '"delays@1" is a version; compare holds two tables against each other.',
      'Two versions: perennial diff delays@1 4',
    ],
    [
      ['check', 'delays', '--as-of', 'yesterday'],
      '--as-of is "yesterday", which is no instant.',
      'Give a day (2026-11-21) or an ISO instant (2026-11-21T06:00:00Z).',
    ],
    [['frobnicate'], "Unknown command 'frobnicate'.", 'See: perennial --help'],
  ])('%j is told in one sentence with one suggestion', async (argv, message, hint) => {
    const { code, stdout, stderr } = await perennial(argv);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(`${message}\n  ${hint}\n  PRN-CLI-002\n`);
  });

  it('are one JSON document for a program', async () => {
    const { stdout, stderr } = await perennial(['--json', 'chek']);
    expect(JSON.parse(stdout)).toMatchObject({ code: 'PRN-CLI-002', hint: 'Did you mean check?' });
    expect(stderr).toBe('');
  });
});

describe('help', () => {
  it('names every verb', async () => {
    const { code, stdout } = await perennial(['--help']);
    expect(code).toBe(0);
    for (const { name } of verbs) expect(stdout).toContain(`  ${name.split(' ')[0]}`);
  });

  it('fits a terminal of 80 columns', async () => {
    const { stdout } = await perennial(['--help'], { tty: true, columns: 80 });
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('is what a bare call prints, on stdout and without an error', async () => {
    const { code, stdout, stderr } = await perennial([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Start here: perennial up');
  });

  it('is there for every verb, and every verb can be loaded', async () => {
    for (const verb of verbs) {
      expect((await perennial([...verb.name.split(' '), '--help'])).code).toBe(0);
      expect((await verb.load()).run).toBeTypeOf('function');
    }
  });
});

describe('without a server', () => {
  it('says what, why and the command that fixes it', async () => {
    const port = await freePort();
    const { code, stderr } = await perennial(['status', '--url', `http://127.0.0.1:${port}`]);
    expect(code).toBe(1);
    expect(stderr.split('\n')).toEqual([
      `Couldn't reach the Perennial API at 127.0.0.1:${port}.`,
      '  Nothing listens there. Start it: perennial up',
      '  PRN-CLI-001',
      '',
    ]);
  });

  it('never prompts when nobody is there: exit 3 and the command that asks nothing', async () => {
    const { code, stdout } = await perennial(['rollback', 'delays', '--to', '2', '--json']);
    expect(code).toBe(3);
    const next = ['perennial rollback delays --to 2 --reason "<why>"'];
    expect(JSON.parse(stdout)).toMatchObject({ code: 'PRN-CLI-003', next });
  });

  it('shows stacks only with --debug', async () => {
    const port = await freePort();
    const argv = ['status', '--url', `http://127.0.0.1:${port}`];
    expect((await perennial(argv)).stderr).not.toMatch(/\n\s+at /);
    expect((await perennial([...argv, '--debug'])).stderr).toMatch(/\n\s+at /);
  });
});

describe('validate', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'perennial-validate-'));
    const { text } = aModelFile();
    await writeFile(join(folder, 'good.json'), text);
    await writeFile(join(folder, 'bad.json'), text.replace('"holdout"', '"holdot"').replace('"xgboost"', '"xgbost"'));
  });
  afterAll(async () => await rm(folder, { recursive: true, force: true }));

  it('is content with a good file', async () => {
    const { code, stdout } = await perennial(['validate', join(folder, 'good.json')]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${join(folder, 'good.json')}: delays, 5 stages, no mistakes\n`,
    });
  });

  it('tells all mistakes at once with place and cure', async () => {
    const { code, stdout } = await perennial(['validate', join(folder, 'bad.json')]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/bad\.json:\d+:\d+/);
    expect(stdout).toContain('did you mean "holdout"?');
    expect(stdout).toContain('did you mean "xgboost"?');
  });

  it('gives a program the same', async () => {
    const { stdout } = await perennial(['validate', '--json', join(folder, 'bad.json')]);
    const { ok, files } = JSON.parse(stdout);
    expect(ok).toBe(false);
    expect(files[0].problems.length).toBeGreaterThanOrEqual(2);
  });
});

describe('plan', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'perennial-plan-'));
    const { plan } = JSON.parse(aModelFile().text);
    const boosted = { ...plan.boosted, compute: 'gpu', checkpointEvery: 10 };
    const rented = (gpu: number) =>
      aModelFile({
        compute: { gpu: { provider: 'ec2', gpu, vramGiB: 16, maxHours: 2, maxUsd: 8 } },
        plan: { ...plan, boosted },
      }).text;
    await writeFile(join(folder, 'good.json'), rented(1));
    await writeFile(join(folder, 'huge.json'), rented(99));
    const gpu = { provider: 'ec2', gpu: 1, maxHours: 2, maxUsd: 8 };
    await writeFile(join(folder, 'declared.json'), aModelFile({ compute: { gpu } }).text);
    await writeFile(join(folder, 'bad.json'), '{');
  });
  afterAll(async () => await rm(folder, { recursive: true, force: true }));

  it('names real machines and the most that they can cost', async () => {
    const { code, stdout } = await perennial(['plan', join(folder, 'good.json'), '--url', 'http://127.0.0.1:1']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/g\d\w*\.\w+ +spot +≤ \$0\.\d{4} +≤ \$\d\.\d+/);
    expect(stdout).toMatch(/where the ladder may end; with lost machines\s+never over \$8\.00/);
    expect(stdout).toContain("Nothing is expected from earlier runs: Couldn't reach the Perennial API");
  });

  it('asks nobody about earlier runs where nothing is rented', async () => {
    const { stdout } = await perennial(['plan', join(folder, 'declared.json')]);
    expect(stdout).toMatch(/rollout +rollout +approve\s*$/);
  });

  it('is one document for a program, and a failure where no machine is large enough', async () => {
    const { code, stdout } = await perennial(['plan', '--json', join(folder, 'huge.json')]);
    expect(code).toBe(1);
    const { ok, costs } = JSON.parse(stdout);
    expect({ ok, offers: costs[0].offers }).toEqual({ ok: false, offers: [] });
    expect(costs[0].trouble.message).toContain('99 GPU');
  });

  it('tells the mistakes of a file as validate does', async () => {
    const { code, stdout } = await perennial(['plan', join(folder, 'bad.json')]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/bad\.json:1:\d+/);
  });
});
