import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesystemStore } from '../../src/artifacts/filesystem/store.ts';
import { describeObjectStore } from './object-store.contract.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial store '));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describeObjectStore('a folder with a space in its path', async () => filesystemStore(join(folder, 'objects')));

describe('a store in a folder', () => {
  it('leaves no drafts behind, and clears away those of writers that died long ago', async () => {
    const root = join(folder, 'drafts');
    await filesystemStore(root).put('a', new Uint8Array([1]));
    const drafts = join(root, '.drafts');
    expect(await readdir(drafts)).toEqual([]);
    for (const name of ['old', 'young']) await writeFile(join(drafts, name), 'half');
    const twoDaysAgo = new Date(Date.now() - 48 * 3_600_000);
    await utimes(join(drafts, 'old'), twoDaysAgo, twoDaysAgo);
    const store = filesystemStore(root);
    await store.put('b', new Uint8Array([1]));
    expect(await readdir(drafts)).toEqual(['young']);
    expect(await store.list('')).toEqual(['a', 'b']);
  });

  it('says what kept it from writing', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    const put = filesystemStore(join(file, 'below')).put('a', new Uint8Array([1]));
    await expect(put).rejects.toMatchObject({ code: 'PRN-ARTIFACTS-005', retryable: true });
  });
});
