import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import { nameOf, overlapping, statusOf } from './failures.ts';
import type { OverlapCheck } from './overlap.ts';
import { type Conditions, maxSingleBytes, putParts } from './parts.ts';
import { address, head } from './read.ts';
import { openSource, type Source } from './source.ts';

const attempts = 8;

/**
 * Writes an object in one step. With `ifAbsent` the store itself decides who wins (`If-None-Match: *`), and a writer whose own
 * first request arrived although its answer was lost is told by its stamp that it was the winner.
 */
export async function write(
  bucket: Bucket,
  overlaps: OverlapCheck,
  key: string,
  content: Uint8Array | { readonly path: string },
  ifAbsent: boolean,
): Promise<'written' | 'exists'> {
  const source = await openSource(key, content);
  try {
    return await writeSource(bucket, overlaps, key, source, ifAbsent);
  } finally {
    await source.close();
  }
}

/** As {@link write}, from a source that is open. */
export async function writeSource(
  bucket: Bucket,
  overlaps: OverlapCheck,
  key: string,
  source: Source,
  ifAbsent: boolean,
): Promise<'written' | 'exists'> {
  await overlaps.check(bucket, key);
  // The common case of a zombie's second write: no need to upload much first.
  if (ifAbsent && source.size > maxSingleBytes && (await head(bucket, key)) !== null) return 'exists';
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await writeOnce(bucket, key, source, ifAbsent, attempt === attempts);
    if (outcome === 'written' || outcome === 'exists') return outcome;
    // versitygw also says so for a moment while another writer makes or removes the folder.
    if (outcome === 'overlapping' && (await overlaps.hasNow(bucket, key))) throw overlapping(key, bucket.label);
    if (ifAbsent && (await head(bucket, key)) !== null) return 'exists';
    await sleep(50 * attempt * (1 + Math.random()));
  }
}

export async function remove(bucket: Bucket, key: string): Promise<void> {
  await bucket.run('remove', key, async () => {
    try {
      await bucket.client.send(new DeleteObjectCommand(address(bucket, key)));
    } catch (error) {
      if (nameOf(error) !== 'NoSuchKey') throw error;
    }
  });
}

async function writeOnce(
  bucket: Bucket,
  key: string,
  source: Source,
  ifAbsent: boolean,
  isLast: boolean,
): Promise<'written' | 'exists' | 'conflict' | 'overlapping'> {
  const conditions = { stamp: randomUUID(), ifAbsent };
  return bucket.run('write', key, async () => {
    try {
      if (source.size > maxSingleBytes) await putParts(bucket, key, source, conditions);
      else await putWhole(bucket, key, source, conditions);
      return 'written';
    } catch (error) {
      const verdict = verdictOf(error);
      if (verdict === 'unknown') throw error;
      if (verdict === 'overlapping' && !isLast) return verdict;
      // Also when the upload has gone: its completion may have succeeded with an answer that got lost.
      if (await isOurs(bucket, key, conditions.stamp)) return 'written';
      if (verdict === 'taken') return 'exists';
      if (isLast) throw error;
      return 'conflict';
    }
  });
}

async function putWhole(bucket: Bucket, key: string, source: Source, { stamp, ifAbsent }: Conditions): Promise<void> {
  const Body = await source.read(0, source.size);
  await bucket.client.send(
    new PutObjectCommand({
      ...address(bucket, key),
      Body,
      Metadata: { 'perennial-write': stamp },
      ...(ifAbsent ? { IfNoneMatch: '*' } : {}),
    }),
  );
}

function verdictOf(error: unknown): 'taken' | 'conflict' | 'overlapping' | 'unknown' {
  const name = nameOf(error);
  // How versitygw, which keeps objects in folders, refuses.
  if (name === 'ObjectParentIsFile' || name === 'ExistingObjectIsDirectory') return 'overlapping';
  if (statusOf(error) === 412) return 'taken';
  if (['ConditionalRequestConflict', 'OperationAborted', 'NoSuchUpload'].includes(name)) return 'conflict';
  return 'unknown';
}

async function isOurs(bucket: Bucket, key: string, stamp: string): Promise<boolean> {
  return (await head(bucket, key))?.metadata['perennial-write'] === stamp;
}
