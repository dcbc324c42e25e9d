import { createCipheriv, createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FullObjectStore } from '../../src/artifacts/object-store.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (content: Uint8Array): string => new TextDecoder().decode(content);

const digest = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Bytes without a pattern, so that parts in a wrong order show. */
function pseudoRandom(length: number): Uint8Array {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16));
  return cipher.update(new Uint8Array(length));
}

/** What every object store must do; `makeStore` gives an empty one. */
export function describeObjectStore(name: string, makeStore: () => Promise<FullObjectStore>): void {
  describe(`object store: ${name}`, () => {
    let store: FullObjectStore;
    let folder: string;
    beforeAll(async () => {
      store = await makeStore();
      folder = await mkdtemp(join(tmpdir(), 'perennial-objects-'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it('gives back what was put, from memory and from a file', async () => {
      const path = join(folder, 'source.bin');
      const content = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);
      await writeFile(path, content);
      expect(await store.put('round/memory', bytes('hello'))).toBe('written');
      expect(await store.put('round/file', { path })).toBe('written');
      expect(text(await store.get('round/memory'))).toBe('hello');
      expect(Buffer.from(await store.get('round/file')).equals(content)).toBe(true);
      expect(await readFile(path)).toHaveLength(70_000);
    });

    it('holds keys with spaces, colons and letters of any language, and empty objects', async () => {
      for (const key of ['a b/c:d', 'Größe/模型.onnx', 'x/100 %+?#&=.json']) {
        await store.put(key, bytes(key));
        expect(text(await store.get(key))).toBe(key);
      }
      await store.put('empty', new Uint8Array());
      expect(await store.get('empty')).toHaveLength(0);
    });

    it('replaces, but not with ifAbsent', async () => {
      await store.put('replace/key', bytes('one'));
      expect(await store.put('replace/key', bytes('two'))).toBe('written');
      expect(await store.put('replace/key', bytes('three'), { ifAbsent: true })).toBe('exists');
      expect(text(await store.get('replace/key'))).toBe('two');
    });

    it('has exactly one winner among concurrent writers with ifAbsent', async () => {
      for (let round = 0; round < 5; round += 1) {
        const key = `fence/${round}/manifest`;
        const writers = Array.from({ length: 16 }, (_, writer) =>
          store.put(key, bytes(`${writer}`), { ifAbsent: true }),
        );
        const outcomes = await Promise.all(writers);
        expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
        expect(text(await store.get(key))).toBe(`${outcomes.indexOf('written')}`);
      }
    });

    it('shows a reader all of an object or another one, never a part', async () => {
      const whole = (letter: string) => bytes(letter.repeat(200_000));
      await store.put('whole', whole('a'));
      let writing = true;
      const reading = (async () => {
        while (writing) {
          const content = text(await store.get('whole'));
          expect(content).toHaveLength(200_000);
          expect(new Set(content).size).toBe(1);
        }
      })();
      for (const letter of 'bcdefghij') await store.put('whole', whole(letter));
      writing = false;
      await reading;
    });

    it('lists the keys that start with a prefix, sorted', async () => {
      for (const key of ['list/b/2', 'list/b/10', 'list/a', 'list/bc', 'list-not/x']) await store.put(key, bytes('x'));
      expect(await store.list('list/')).toEqual(['list/a', 'list/b/10', 'list/b/2', 'list/bc']);
      expect(await store.list('list/b')).toEqual(['list/b/10', 'list/b/2', 'list/bc']);
      expect(await store.list('list/b/1')).toEqual(['list/b/10']);
      expect(await store.list('list/none/')).toEqual([]);
      expect(await store.list('')).toEqual(expect.arrayContaining(['list-not/x', 'list/a']));
    });

    it('removes an object, and a second time', async () => {
      await store.put('remove/deep/key', bytes('x'));
      await store.remove('remove/deep/key');
      await store.remove('remove/deep/key');
      expect(await store.has('remove/deep/key')).toBe(false);
      expect(await store.list('remove/')).toEqual([]);
      expect(await store.put('remove', bytes('now a key'))).toBe('written');
    });

    it('names key and store when there is no object', async () => {
      await store.put('there/is', bytes('x'));
      for (const key of ['nothing/here', 'there', 'there/is/more']) {
        const missing = { code: 'PRN-ARTIFACTS-001', message: expect.stringContaining(`"${key}"`), details: { key } };
        await expect(store.get(key)).rejects.toMatchObject(missing);
        await expect(store.localPath(key)).rejects.toMatchObject(missing);
        expect(await store.has(key)).toBe(false);
      }
    });

    it('copies an object to a free key, and never over one that is there', async () => {
      await store.put('copy/a b:c', bytes('one'));
      expect(await store.copy('copy/a b:c', 'copied/x%y/1')).toBe('written');
      await store.put('copy/second', bytes('two'));
      expect(await store.copy('copy/second', 'copied/x%y/1')).toBe('exists');
      await store.remove('copy/a b:c');
      expect(text(await store.get('copied/x%y/1'))).toBe('one');
      await store.put('copy/empty', new Uint8Array());
      expect(await store.copy('copy/empty', 'copied/empty')).toBe('written');
      expect(await store.get('copied/empty')).toHaveLength(0);
      await expect(store.copy('copy/none', 'copied/none')).rejects.toMatchObject({
        code: 'PRN-ARTIFACTS-001',
        message: expect.stringContaining('"copy/none"'),
      });
      await expect(store.copy('copy/second', 'copied/empty/below')).rejects.toMatchObject({
        code: 'PRN-ARTIFACTS-003',
      });
      await expect(store.copy('copy/second', '../up')).rejects.toMatchObject({ code: 'PRN-ARTIFACTS-002' });
    });

    it('copies a large object whole, and once among many that try', { timeout: 60_000 }, async () => {
      const content = pseudoRandom(70 * 2 ** 20 + 13);
      await store.put('copy/large', content);
      const outcomes = await Promise.all([1, 2, 3].map(() => store.copy('copy/large', 'copied/large')));
      expect(outcomes.toSorted()).toEqual(['exists', 'exists', 'written']);
      expect(digest(await store.get('copied/large'))).toBe(digest(content));
      expect(await store.copy('copy/second', 'copied/large')).toBe('exists');
    });

    it('gives a local file with the content', async () => {
      await store.put('local/model.onnx', bytes('onnx'));
      expect(await readFile(await store.localPath('local/model.onnx'), 'utf8')).toBe('onnx');
    });

    it('gives the new content locally after an object was replaced', async () => {
      await store.put('local/replaced.json', bytes('one'));
      expect(await readFile(await store.localPath('local/replaced.json'), 'utf8')).toBe('one');
      await store.put('local/replaced.json', bytes('two'));
      expect(await readFile(await store.localPath('local/replaced.json'), 'utf8')).toBe('two');
    });

    it('keeps a large file whole, on the way in, out and into a local file', { timeout: 60_000 }, async () => {
      const path = join(folder, 'large.bin');
      const content = pseudoRandom(17 * 2 ** 20 + 13);
      await writeFile(path, content);
      expect(await store.put('large/file', { path }, { ifAbsent: true })).toBe('written');
      expect(digest(await store.get('large/file'))).toBe(digest(content));
      expect(digest(await readFile(await store.localPath('large/file')))).toBe(digest(content));
      expect(await store.put('large/file', { path }, { ifAbsent: true })).toBe('exists');
      expect(await store.put('large/memory', content)).toBe('written');
      expect(digest(await store.get('large/memory'))).toBe(digest(content));
    });

    it('gives a range of bytes, cut off where the object ends', async () => {
      await store.put('range/log', bytes('0123456789'));
      expect(text(await store.range('range/log', 2, 4))).toBe('234');
      expect(text(await store.range('range/log', 8, 100))).toBe('89');
      expect(await store.range('range/log', 10, 20)).toHaveLength(0);
      await expect(store.range('range/none', 0, 1)).rejects.toMatchObject({ code: 'PRN-ARTIFACTS-001' });
      for (const [start, end] of [
        [-1, 2],
        [3, 2],
        [0.5, 2],
      ] as const)
        await expect(store.range('range/log', start, end)).rejects.toMatchObject({ code: 'PRN-ARTIFACTS-006' });
    });

    it('links to an object that exists, for at most seven days', async () => {
      await store.put('link/a b.txt', bytes('linked'));
      expect(new URL(await store.link('link/a b.txt', 60)).pathname).toContain('a%20b.txt');
      await expect(store.link('link/none', 60)).rejects.toMatchObject({ code: 'PRN-ARTIFACTS-001' });
      for (const seconds of [0, 1.5, 8 * 86_400])
        await expect(store.link('link/a b.txt', seconds)).rejects.toMatchObject({ code: 'PRN-ARTIFACTS-006' });
    });

    it.each(['', '/a', 'a/', 'a//b', '..', 'a/../b', './a', 'a/.hidden', 'a\\b', 'a\nb', `a/${'x'.repeat(256)}`])(
      'refuses the key %j',
      async (key) => {
        const malformed = { code: 'PRN-ARTIFACTS-002' };
        await expect(store.put(key, bytes('x'))).rejects.toMatchObject(malformed);
        await expect(store.get(key)).rejects.toMatchObject(malformed);
        await expect(store.remove(key)).rejects.toMatchObject(malformed);
      },
    );

    it('refuses to list outside of itself', async () => {
      await expect(store.list('../')).rejects.toMatchObject({ code: 'PRN-ARTIFACTS-002' });
    });

    it.each([true, false])('refuses a key below or above another one (ifAbsent: %s)', async (ifAbsent) => {
      await store.put(`nest-${ifAbsent}/a/b`, bytes('x'));
      const overlapping = { code: 'PRN-ARTIFACTS-003' };
      for (const key of ['a', 'a/b/c', 'a/b/c/d']) {
        const put = store.put(`nest-${ifAbsent}/${key}`, bytes('y'), { ifAbsent });
        await expect(put, key).rejects.toMatchObject(overlapping);
      }
      expect(await store.list(`nest-${ifAbsent}/`)).toEqual([`nest-${ifAbsent}/a/b`]);
    });

    it('says which source file it cannot read', async () => {
      const path = join(folder, 'not-there');
      const unreadable = { code: 'PRN-ARTIFACTS-004', message: expect.stringContaining(path) };
      await expect(store.put('from/nowhere', { path })).rejects.toMatchObject(unreadable);
      await expect(store.put('from/folder', { path: folder })).rejects.toMatchObject({ code: 'PRN-ARTIFACTS-004' });
      expect(await store.has('from/nowhere')).toBe(false);
    });

    it('survives writers and removers in the same folder', async () => {
      const churn = async (writer: number): Promise<void> => {
        for (let turn = 0; turn < 20; turn += 1) {
          await store.put(`churn/x/${writer}`, bytes('x'), { ifAbsent: turn % 2 === 0 });
          await store.remove(`churn/x/${writer}`);
        }
      };
      await Promise.all(Array.from({ length: 8 }, (_, writer) => churn(writer)));
      expect(await store.list('churn/')).toEqual([]);
    });
  });
}
