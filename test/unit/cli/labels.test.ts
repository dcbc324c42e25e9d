import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningGateway } from '../../../src/gateway/http/start-gateway.ts';
import { type Bench, bench, model } from '../gateway/http/harness.ts';
import { perennial } from './fake-terminal.ts';

let on: Bench;
let gateway: RunningGateway;
let folder: string;

beforeEach(async () => {
  on = await bench({ 1: 'good' });
  const sha256 = createHash('sha256').update('secret').digest('hex');
  on.registry.callers = [{ model, consumer: 'warehouse', sha256, requestsPerMinute: null }];
  gateway = await on.start({ consumers: 'declared' });
  folder = await mkdtemp(join(tmpdir(), 'perennial-labels-'));
});
afterEach(async () => {
  await on.clean();
  await rm(folder, { recursive: true, force: true });
});

async function labels(files: Readonly<Record<string, string>>, table: string, key = 'secret') {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const env = { PERENNIAL_GATEWAY_URL: gateway.url, PERENNIAL_GATEWAY_KEY: key };
  return await perennial(['labels', model, table, '--id', 'q', '--label', 'y'], { env, cwd: folder });
}

async function taken(): Promise<readonly (readonly [string, string | number])[]> {
  await gateway.close();
  return on.store.labels().map(({ id, label }) => [id, label]);
}

describe('perennial labels', () => {
  it('sends a table of CSV, passes over rows without a label, and reads numbers as numbers', async () => {
    const said = await labels({ 'a.csv': 'q,y,other\nr1,1,x\nr2,0.0,x\nr3,,x\n' }, 'a.csv');
    expect(said).toMatchObject({
      code: 0,
      stdout: 'colours: the gateway has taken 2 labels; 1 rows have no q or no y.\n',
    });
    expect(await taken()).toEqual([
      ['r1', 1],
      ['r2', 0],
    ]);
  });

  it('takes several files, whole numbers as ids, texts and truth as labels', async () => {
    const files = {
      'a.jsonl': '{"q": 7, "y": "yes"}\n',
      'b.jsonl': '{"q": 8, "y": "no"}\n',
      'c.ndjson': '{"q": 9, "y": true}\n',
    };
    expect((await labels(files, 'a.jsonl,b.jsonl')).code).toBe(0);
    expect((await labels({}, 'c.ndjson')).code).toBe(0);
    expect(await taken()).toEqual([
      ['7', 'yes'],
      ['8', 'no'],
      ['9', 1],
    ]);
  });

  it('keeps names that only look like numbers', async () => {
    expect((await labels({ 'a.csv': 'q,y\nr1,007\nr2,8\n' }, 'a.csv')).code).toBe(0);
    expect(await taken()).toEqual([
      ['r1', '007'],
      ['r2', '8'],
    ]);
  });

  it('sends more than one batch', async () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => `r${index},${index % 2}`);
    const said = await labels({ 'many.csv': `q,y\n${lines.join('\n')}\n` }, 'many.csv');
    expect(said.stdout).toContain('has taken 5,000 labels.');
    expect(new Set((await taken()).map(([id]) => id)).size).toBe(5_000);
  });

  it('names the columns that there are, the key that is needed, and a table without labels', async () => {
    expect(await labels({ 'a.csv': 'id,y\nr1,1\n' }, 'a.csv')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('a.csv has no column "q"; it has id, y.'),
    });
    expect((await labels({ 'b.csv': 'q,y\nr1,1\n' }, 'b.csv', 'another')).stderr).toContain('PRN-GATEWAY-015');
    expect((await labels({ 'c.csv': 'q,y\nr1,\n' }, 'c.csv')).code).toBe(2);
    expect((await labels({}, 'nothing.csv')).stderr).toContain('PRN-DRIFT-003');
  });
});
