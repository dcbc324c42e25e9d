import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import type { Cache } from './cache.ts';
import { isBroken, missing, statusOf } from './failures.ts';
import { address, head, type ObjectHead } from './read.ts';

const attempts = 4;

/**
 * The local copy of an object as it is now. The ETag names the copy, so that a replaced object gets another one, and
 * the download insists on the same ETag. @throws PRN-ARTIFACTS-001
 */
export async function copyLocally(bucket: Bucket, cache: Cache, key: string): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const found = await head(bucket, key);
    if (found === null) throw missing(key, bucket.label);
    const wanted = {
      identity: JSON.stringify([bucket.label, key, found.etag]),
      size: found.size,
      ending: endingOf(key),
    };
    const outcome = await bucket.run('read', key, () =>
      cache
        .copy(wanted, (path) => download(bucket, key, found, path))
        .catch((error: unknown) => {
          // Replaced or removed since the HEAD request, or broken off.
          const isWorthwhile = [404, 412].includes(statusOf(error)) || isBroken(error);
          if (attempt === attempts || !isWorthwhile) throw error;
          return null;
        }),
    );
    if (outcome !== null) return outcome;
  }
}

async function download(bucket: Bucket, key: string, { etag, size }: ObjectHead, path: string): Promise<void> {
  await rm(path, { force: true });
  const condition = etag === '' ? {} : { IfMatch: etag };
  const { Body } = await bucket.client.send(new GetObjectCommand({ ...address(bucket, key), ...condition }));
  const content = Body instanceof Readable ? Body : Readable.from([]);
  if (content !== Body && size > 0) throw new Error('the answer has no content');
  await pipeline(content, createWriteStream(path, { flags: 'wx' }));
}

/** ".onnx" of "models/r1/model.onnx". */
function endingOf(key: string): string {
  return /\.[A-Za-z0-9]{1,16}$/.exec(key)?.[0] ?? '';
}
