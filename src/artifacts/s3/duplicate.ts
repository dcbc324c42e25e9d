import type { Bucket } from './bucket.ts';
import { missing } from './failures.ts';
import type { OverlapCheck } from './overlap.ts';
import { maxSingleBytes } from './parts.ts';
import { address, head, read } from './read.ts';
import { openSource } from './source.ts';
import { writeSource } from './write.ts';

/**
 * A second key for an object, unless that key is taken. Not by CopyObject: servers that do not know its `If-None-Match`, versitygw
 * among them, replace what is there without a word. The last request of an upload in parts carries the condition everywhere; what
 * is small takes the way through here, as one request more would take longer. @throws PRN-ARTIFACTS-001
 */
export async function duplicate(
  bucket: Bucket,
  overlaps: OverlapCheck,
  from: string,
  to: string,
): Promise<'written' | 'exists'> {
  const found = await head(bucket, from);
  if (found === null) throw missing(from, bucket.label);
  if (found.size <= maxSingleBytes)
    return await writeSource(bucket, overlaps, to, await openSource(to, await read(bucket, from)), true);
  const { Bucket, Key } = address(bucket, from);
  const object = `${Bucket}/${Key}`.split('/').map(encodeURIComponent).join('/');
  const source = { size: found.size, object, read: unread, close: async () => {} };
  return await writeSource(bucket, overlaps, to, source, true);
}

async function unread(): Promise<never> {
  throw new Error('an object that the store copies by itself was to be read');
}
