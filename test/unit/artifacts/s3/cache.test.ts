import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openCache } from '../../../../src/artifacts/s3/cache.ts';
import { explained } from '../../../../src/artifacts/s3/failures.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-cache-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const wanted = { identity: 'x', size: 3, ending: '.txt' };
const fullDisk = (): Error => Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });

it('makes room among old copies when the disk is full, and tries once more', async () => {
  const old = join(folder, 'old');
  await writeFile(old, 'old');
  await utimes(old, new Date(0), new Date(0));
  let tries = 0;
  const path = await openCache({ folder, maxBytes: 1e9 }).copy(wanted, async (draft) => {
    tries += 1;
    if (tries === 1) throw fullDisk();
    await writeFile(draft, 'abc');
  });
  expect(await readFile(path, 'utf8')).toBe('abc');
  expect(await readdir(folder)).toHaveLength(1);
});

it('says that the disk is full where nothing can be removed', async () => {
  const copy = openCache({ folder, maxBytes: 1e9 }).copy(wanted, () => Promise.reject(fullDisk()));
  const error = await copy.catch((reason: unknown) => explained(reason, 'read', 'a', 's3://b'));
  expect(error).toMatchObject({ code: 'PRN-ARTIFACTS-012', retryable: true });
});

it('does not take a copy of another size for the object', async () => {
  const cache = openCache({ folder, maxBytes: 1e9 });
  await expect(cache.copy(wanted, (draft) => writeFile(draft, 'ab'))).rejects.toThrow('2 of 3 bytes');
  const path = await cache.copy(wanted, (draft) => writeFile(draft, 'abc'));
  await rm(path);
  await writeFile(path, 'a');
  expect(await readFile(await cache.copy(wanted, (draft) => writeFile(draft, 'abc')), 'utf8')).toBe('abc');
});

it('is downloaded once by a process however many ask, and twice by two without harm', async () => {
  const [one, two] = [openCache({ folder, maxBytes: 1e9 }), openCache({ folder, maxBytes: 1e9 })];
  let downloads = 0;
  const download = async (draft: string): Promise<void> => {
    downloads += 1;
    await writeFile(draft, 'abc');
  };
  const paths = await Promise.all([one, one, one, two, two].map((cache) => cache.copy(wanted, download)));
  expect(new Set(paths).size).toBe(1);
  expect(downloads).toBe(2);
  expect(await readdir(folder)).toHaveLength(1);
});
