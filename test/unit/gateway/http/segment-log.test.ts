import { closeSync } from 'node:fs';
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../src/gateway/http/logger.ts';
import { SegmentLog } from '../../../../src/gateway/http/segment-log.ts';

let stateFolder: string;
beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'perennial-log-'));
});
afterEach(async () => await rm(stateFolder, { recursive: true, force: true }));

type Put = (key: string, file: { readonly path: string }) => Promise<'written'>;

async function startLog(name: string, put: Put, segmentMs = 1): Promise<SegmentLog> {
  const store = { put };
  const log = new SegmentLog({ store, stateFolder, name, logger: silentLogger, segmentMs });
  await log.start();
  return log;
}

/** Ten lines, and a moment in which a segment may be on its way from memory to its file. */
async function write(log: SegmentLog, from: number): Promise<string[]> {
  const lines = Array.from({ length: 10 }, (_, at) => `line ${from + at}`);
  for (const line of lines) log.append('requests/delays/2013-06-30', line);
  await sleep(from % 3);
  return lines;
}

describe('the request log, closed while a segment is on its way to its file', () => {
  it('has sent every line', async () => {
    for (let round = 0; round < 60; round += 1) {
      const sent: string[] = [];
      const log = await startLog(`gateway-${round}`, async (_key, { path }) => {
        sent.push(...(await linesOf(path)));
        return 'written';
      });
      const lines = await write(log, round);
      await log.close();
      expect(sent).toEqual(lines);
    }
  });

  it('has every line in a file once it says so', async () => {
    for (let round = 0; round < 60; round += 1) {
      const name = `gateway-${round}`;
      const log = await startLog(name, () => Promise.reject(new Error('away')));
      const lines = await write(log, round);
      await log.spooled();
      expect(await spooledBy(name)).toEqual(lines);
      await log.close();
    }
  });
});

it('sends the other segments, and goes on, when one of its files cannot be closed', async () => {
  const sent: string[] = [];
  const log = await startLog(
    'gateway',
    async (key) => {
      sent.push(key);
      return 'written';
    },
    60_000,
  );
  for (const stream of ['requests/a/2013-06-30', 'requests/b/2013-06-30']) log.append(stream, 'line');
  await log.spooled();
  const [first] = await openFiles(stateFolder);
  closeSync(Number(first));
  await log.close();
  expect(sent).toHaveLength(2);
});

/** Numbers of this process's open files below a folder. */
async function openFiles(folder: string): Promise<string[]> {
  const all = await readdir('/proc/self/fd');
  const paths = await Promise.all(all.map((fd) => readlink(join('/proc/self/fd', fd)).catch(() => '')));
  return all.filter((_, at) => paths[at]?.startsWith(folder));
}

const linesOf = async (path: string) => (await readFile(path, 'utf8')).trim().split('\n');

async function spooledBy(name: string): Promise<string[]> {
  const entries = await readdir(join(stateFolder, 'spool'), { recursive: true, withFileTypes: true });
  const files = entries.filter((one) => one.isFile() && one.name.startsWith(`${name}-`));
  return (await Promise.all(files.map((one) => linesOf(join(one.parentPath, one.name))))).flat();
}
