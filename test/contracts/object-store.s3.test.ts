import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FullObjectStore } from '../../src/artifacts/object-store.ts';
import type { S3StoreOptions } from '../../src/artifacts/s3/options.ts';
import { s3Store } from '../../src/artifacts/s3/store.ts';
import { cannotHaveS3Server, type S3Server, startS3Server } from '../fixtures/s3-server.ts';
import { describeObjectStore } from './object-store.contract.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe.skipIf(cannotHaveS3Server())('S3 (skipped only where there is no Go to compile a server)', () => {
  let server: S3Server;
  let folder: string;
  const open = (prefix: string, options: Partial<S3StoreOptions> = {}): FullObjectStore =>
    s3Store({
      bucket: server.bucket,
      prefix,
      endpoint: server.endpoint,
      cacheFolder: join(folder, 'cache'),
      ...options,
    });
  beforeAll(async () => {
    server = await startS3Server();
    folder = await mkdtemp(join(tmpdir(), 'perennial-s3-store-'));
    vi.stubEnv('AWS_ACCESS_KEY_ID', server.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', server.secretAccessKey);
    vi.stubEnv('AWS_REGION', server.region);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  describeObjectStore('S3 below a prefix', async () => open('team/objects'));

  describe('a store in S3', () => {
    it('keeps to its prefix', async () => {
      await open('one').put('key', bytes('1'));
      await open('one-more').put('key', bytes('2'));
      expect(await open('one').list('')).toEqual(['key']);
      expect(await open('').list('one')).toEqual(['one-more/key', 'one/key']);
      expect(() => open('../up')).toThrow('malformed');
    });

    it('lists more keys than one page holds', { timeout: 60_000 }, async () => {
      const store = open('many');
      const keys = Array.from({ length: 1_100 }, (_, index) => `k/${String(index).padStart(4, '0')}`);
      for (let start = 0; start < keys.length; start += 50)
        await Promise.all(keys.slice(start, start + 50).map((key) => store.put(key, bytes(key))));
      expect(await store.list('k/')).toEqual(keys);
    });

    it('has one winner among ten large uploads in parts, and leaves no parts of the others', {
      timeout: 60_000,
    }, async () => {
      const store = open('race');
      const writers = Array.from({ length: 10 }, (_, writer) => new Uint8Array(17 * 2 ** 20).fill(writer));
      const outcomes = await Promise.all(writers.map((content) => store.put('large', content, { ifAbsent: true })));
      expect(outcomes.filter((outcome) => outcome === 'written')).toHaveLength(1);
      expect((await store.range('large', 0, 0))[0]).toBe(outcomes.indexOf('written'));
      const client = new S3Client({ endpoint: server.endpoint, forcePathStyle: true });
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: server.bucket }));
      client.destroy();
      expect(Uploads).toEqual([]);
    });

    it('signs links that anyone can read until they end', async () => {
      const store = open('links');
      await store.put('report', bytes('hello'));
      const short = await store.link('report', 1);
      const long = await store.link('report', 60);
      await sleep(2_200);
      expect(await (await fetch(long)).text()).toBe('hello');
      expect((await fetch(short)).status).toBe(403);
      expect((await fetch(long.replace('report', 'other'))).status).toBe(403);
    });

    it('makes one local copy of what many ask for, and removes the longest unused beyond its size', async () => {
      const cacheFolder = join(folder, 'small-cache');
      const store = open('cached', { cacheFolder, maxCacheBytes: 2_500 });
      for (const name of ['a', 'b', 'c']) await store.put(name, new Uint8Array(1_000).fill(name.charCodeAt(0)));
      const paths = await Promise.all(Array.from({ length: 10 }, () => store.localPath('a')));
      expect(new Set(paths).size).toBe(1);
      const b = await store.localPath('b');
      const hourAgo = new Date(Date.now() - 3_600_000);
      await utimes(paths[0] ?? '', hourAgo, hourAgo);
      const c = await store.localPath('c');
      const names = (await readdir(cacheFolder)).map((name) => join(cacheFolder, name));
      expect(names.sort()).toEqual([b, c].sort());
    });
  });

  describe('a store in S3 that cannot be used', () => {
    const failing = async (store: FullObjectStore, code: string, ...words: string[]): Promise<void> => {
      const failure = { code, message: expect.stringMatching(new RegExp(words.join('.*'))) };
      await expect(store.get('some/key')).rejects.toMatchObject(failure);
      await expect(store.has('some/key')).rejects.toMatchObject({ code });
      await expect(store.list('')).rejects.toMatchObject({ code });
      await expect(store.localPath('some/key')).rejects.toMatchObject({ code });
      await expect(store.put('some/key', bytes('x'))).rejects.toMatchObject({ code });
    };

    it('names a bucket that does not exist', async () => {
      await failing(open('', { bucket: 'not-there' }), 'PRN-ARTIFACTS-007', 's3://not-there', 'some/key');
    });

    it('says that credentials are wrong', async () => {
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wrong');
      await failing(open('wrong'), 'PRN-ARTIFACTS-009', 'SignatureDoesNotMatch');
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', server.secretAccessKey);
    });

    it('says that nothing answers', async () => {
      const store = open('', { endpoint: 'http://127.0.0.1:9' });
      await expect(store.get('key')).rejects.toMatchObject({ code: 'PRN-ARTIFACTS-011', retryable: true });
    });
  });
});
