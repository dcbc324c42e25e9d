import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { isKey } from '../key.ts';
import type { Bucket } from './bucket.ts';
import { isBroken, missing, nameOf, statusOf } from './failures.ts';

const attempts = 3;

/** What a HEAD request says of an object. */
export interface ObjectHead {
  readonly etag: string;
  readonly size: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** `null` where the bucket has no such object; that the bucket exists is made sure of then. */
export async function head(bucket: Bucket, key: string): Promise<ObjectHead | null> {
  return bucket.run('read', key, async () => {
    try {
      const answer = await bucket.client.send(new HeadObjectCommand(address(bucket, key)));
      return { etag: answer.ETag ?? '', size: answer.ContentLength ?? 0, metadata: answer.Metadata ?? {} };
    } catch (error) {
      if (statusOf(error) === 403 && (await isUnlisted(bucket, key))) return null;
      if (statusOf(error) !== 404) throw error;
      await bucket.probe();
      return null;
    }
  });
}

/** The whole object, or a part of it in the notation of HTTP. @throws PRN-ARTIFACTS-001 */
export async function read(bucket: Bucket, key: string, range?: string): Promise<Uint8Array> {
  return bucket.run('read', key, async () => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const command = new GetObjectCommand({ ...address(bucket, key), ...(range ? { Range: range } : {}) });
        const { Body } = await bucket.client.send(command);
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      } catch (error) {
        if (nameOf(error) === 'NoSuchKey') throw missing(key, bucket.label, error);
        if (statusOf(error) === 403 && (await isUnlisted(bucket, key))) throw missing(key, bucket.label, error);
        if (statusOf(error) === 416) return new Uint8Array();
        // The SDK repeats a request, not a content that stops in the middle.
        if (attempt === attempts || !isBroken(error)) throw error;
      }
    }
  });
}

/** Keys below the store's prefix that could have come through the port, in the order of their UTF-16 code units. */
export async function list(bucket: Bucket, prefix: string): Promise<string[]> {
  return (await listAll(bucket, prefix)).filter(isKey).sort();
}

/** Keys below the bucket's prefix, whoever wrote them, over all pages. */
export async function listAll(bucket: Bucket, prefix: string): Promise<string[]> {
  const { client, name } = bucket;
  return bucket.run('list', '', async () => {
    const keys: string[] = [];
    for await (const page of paginateListObjectsV2({ client }, { Bucket: name, Prefix: bucket.prefix + prefix }))
      for (const { Key = '' } of page.Contents ?? []) keys.push(Key.slice(bucket.prefix.length));
    return keys;
  });
}

/** A signed GET. It also ends with the credentials that signed it, which matters for those of a role. */
export async function link(bucket: Bucket, key: string, seconds: number): Promise<string> {
  if ((await head(bucket, key)) === null) throw missing(key, bucket.label);
  return bucket.run('read', key, () =>
    getSignedUrl(bucket.client, new GetObjectCommand(address(bucket, key)), { expiresIn: seconds }),
  );
}

export function address(bucket: Bucket, key: string): { readonly Bucket: string; readonly Key: string } {
  return { Bucket: bucket.name, Key: bucket.prefix + key };
}

/**
 * To whom may not list the whole bucket, S3 answers a missing object as a forbidden one. The list of what lies below a prefix that may
 * be listed tells them apart; false also where nothing may be listed.
 */
async function isUnlisted(bucket: Bucket, key: string): Promise<boolean> {
  const { Bucket, Key } = address(bucket, key);
  const command = new ListObjectsV2Command({ Bucket, Prefix: Key, MaxKeys: 1 });
  const found = await bucket.client.send(command).catch(() => null);
  // Of all keys that start with it, the key itself is the first.
  return found !== null && found.Contents?.[0]?.Key !== Key;
}
