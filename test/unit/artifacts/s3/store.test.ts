import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FullObjectStore } from '../../../../src/artifacts/object-store.ts';
import { s3Store } from '../../../../src/artifacts/s3/store.ts';
import { refuse, startAnswering } from './answering.ts';

let folder: string;
const endings: (() => Promise<void>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-s3-unit-'));
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'somebody');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_REGION', 'us-east-1');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const end of endings.splice(0)) await end();
  await rm(folder, { recursive: true, force: true });
});

async function storeThat(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<FullObjectStore> {
  const { endpoint, stop } = await startAnswering(answer);
  endings.push(stop);
  return s3Store({ bucket: 'team', prefix: 'p', endpoint, cacheFolder: join(folder, 'cache') });
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const emptyList = '<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';
const listing = (request: IncomingMessage): boolean => request.url?.includes('list-type=2') ?? false;

describe('what S3 refuses', () => {
  const refusals = [
    ['PRN-ARTIFACTS-008', { status: 403, code: 'AccessDenied', text: 'Access Denied' }, /"some\/key".*s3:GetObject/],
    [
      'PRN-ARTIFACTS-009',
      { status: 400, code: 'ExpiredToken', text: 'The provided token has expired.' },
      /ExpiredToken/,
    ],
    ['PRN-ARTIFACTS-010', movedTo('eu-west-1'), /the bucket lies in eu-west-1/],
    [
      'PRN-ARTIFACTS-007',
      { status: 404, code: 'NoSuchBucket', text: 'The bucket does not exist' },
      /s3:\/\/team\/p at/,
    ],
    ['PRN-ARTIFACTS-005', { status: 501, code: 'NotImplemented', text: 'Not here' }, /NotImplemented: Not here/],
  ] as const;

  it.each(refusals)('becomes %s, also where the answer to HEAD has no text', async (code, refusal, words) => {
    const store = await storeThat((request, response) => refuse(request, response, refusal));
    await expect(store.get('some/key')).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
    await expect(store.has('some/key')).rejects.toMatchObject({ code });
    await expect(store.list('')).rejects.toMatchObject({ code });
    await expect(store.put('some/key', bytes('x'))).rejects.toMatchObject({ code });
    await expect(store.localPath('some/key')).rejects.toMatchObject({ code });
  });

  it('names the permission that a write needs where only writing is denied', async () => {
    const store = await storeThat((request, response) => {
      if (listing(request)) response.end(emptyList);
      else if (request.method === 'HEAD') response.writeHead(404).end();
      else refuse(request, response, { status: 403, code: 'AccessDenied', text: 'Access Denied' });
    });
    const denied = { code: 'PRN-ARTIFACTS-008', message: expect.stringContaining('s3:PutObject') };
    await expect(store.put('a/b', bytes('x'))).rejects.toMatchObject(denied);
  });

  it('is missing, not forbidden, where only the list of its own prefix may be seen', async () => {
    const store = await storeThat((request, response) => {
      if (listing(request) && request.url?.includes('prefix=p%2Fown%2F')) response.end(emptyList);
      else refuse(request, response, { status: 403, code: 'AccessDenied', text: 'Access Denied' });
    });
    expect(await store.has('own/key')).toBe(false);
    await expect(store.get('own/key')).rejects.toMatchObject({ code: 'PRN-ARTIFACTS-001' });
    await expect(store.has('other/key')).rejects.toMatchObject({ code: 'PRN-ARTIFACTS-008' });
    await expect(store.get('other/key')).rejects.toMatchObject({ code: 'PRN-ARTIFACTS-008' });
  });

  it('is told without the request, whose signature no log may show', async () => {
    const denial = { status: 403, code: 'AccessDenied', text: 'Access Denied' };
    const store = await storeThat((request, response) => refuse(request, response, denial));
    const error = await store.get('a').catch((reason: unknown) => reason);
    expect(inspect(error, { depth: 12, showHidden: true })).toContain('AccessDenied');
    expect(inspect(error, { depth: 12, showHidden: true })).not.toMatch(/signature|somebody/i);
  });

  it('asks for a region where none is known', async () => {
    vi.stubEnv('AWS_REGION', '');
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'none'));
    const store = s3Store({ bucket: 'team', prefix: '', cacheFolder: folder });
    await expect(store.get('key')).rejects.toMatchObject({ code: 'PRN-ARTIFACTS-010' });
  });
});

describe('a write with ifAbsent', () => {
  it('knows its own object when the answer to its first request was lost', async () => {
    const stamps: string[] = [];
    const store = await storeThat((request, response) => {
      const stamp = request.headers['x-amz-meta-perennial-write'];
      if (listing(request)) response.end(emptyList);
      else if (request.method === 'HEAD' && request.url?.endsWith('/b'))
        response.writeHead(200, { etag: '"e"', 'x-amz-meta-perennial-write': stamps[0] ?? '' }).end();
      else if (request.method === 'HEAD') response.writeHead(404).end();
      else if (stamps.push(String(stamp)) === 1) response.destroy();
      else refuse(request, response, { status: 412, code: 'PreconditionFailed', text: 'It exists' });
    });
    expect(await store.put('a/b', bytes('x'), { ifAbsent: true })).toBe('written');
    expect(stamps).toHaveLength(2);
  });

  it('tries again where another one was being written, and loses to an object that is there then', async () => {
    let writes = 0;
    const store = await storeThat((request, response) => {
      const isThere = writes >= 2 && request.url?.endsWith('/b');
      if (listing(request)) response.end(emptyList);
      else if (request.method === 'HEAD') response.writeHead(isThere ? 200 : 404).end();
      else {
        writes += 1;
        refuse(request, response, { status: 409, code: 'ConditionalRequestConflict', text: 'Try again' });
      }
    });
    expect(await store.put('a/b', bytes('x'), { ifAbsent: true })).toBe('exists');
    expect(writes).toBe(2);
  });
});

describe('a local copy', () => {
  it('is whole also where the content broke off once, and leaves nothing half', async () => {
    let reads = 0;
    const store = await storeThat((request, response) => {
      const headers = { etag: '"e1"', 'content-length': '10' };
      if (request.method === 'HEAD') response.writeHead(200, headers).end();
      else if (++reads > 1) response.writeHead(200, headers).end('0123456789');
      else {
        response.writeHead(200, headers).write('0123');
        setTimeout(() => response.destroy(), 50);
      }
    });
    const path = await store.localPath('a/b.json');
    expect(path).toMatch(/\.json$/);
    expect(await readdir(join(folder, 'cache'))).toHaveLength(1);
    expect(await store.localPath('a/b.json')).toBe(path);
    expect(reads).toBe(2);
  });

  it('is fetched again when what arrived does not match its checksum', async () => {
    let reads = 0;
    const store = await storeThat((request, response) => {
      // The CRC-32 of "abc"; the second letter arrives damaged once.
      const headers = { etag: '"e"', 'content-length': '3', 'x-amz-checksum-crc32': 'NSRBwg==' };
      response.writeHead(200, headers);
      if (request.method === 'HEAD') response.end();
      else response.end(++reads % 2 === 1 ? 'aXc' : 'abc');
    });
    expect(await readFile(await store.localPath('a'), 'utf8')).toBe('abc');
    expect(new TextDecoder().decode(await store.get('a'))).toBe('abc');
    expect(reads).toBe(4);
  });

  it('cannot lie where a file is in the way', async () => {
    await writeFile(join(folder, 'cache'), 'a file');
    const store = await storeThat((_, response) =>
      response.writeHead(200, { etag: '"e"', 'content-length': '1' }).end('x'),
    );
    await expect(store.localPath('a')).rejects.toMatchObject({ code: 'PRN-ARTIFACTS-005' });
  });
});

function movedTo(region: string) {
  const headers = { 'x-amz-bucket-region': region };
  return { status: 301, code: 'PermanentRedirect', text: 'Use another endpoint', headers } as const;
}
