import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CopyPartResult,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import { address } from './read.ts';
import type { Source } from './source.ts';

const mebibyte = 1_048_576;
const smallestPart = 8 * mebibyte;
/**
 * Nothing of it passes through here, so that one part is best; of several, versitygw 1.8 counts the checksum wrong. Not 5 GiB, S3's
 * most: nobody hears of a part before it is copied, and connections are not silent for so long.
 */
const smallestCopiedPart = 1_024 * mebibyte;
const maxParts = 10_000;
const parallel = 4;

export interface Conditions {
  /** Kept with the object; tells afterwards whose write it was. */
  readonly stamp: string;
  readonly ifAbsent: boolean;
}

/** What is written in one request; more goes up in parts, of which a broken one is sent again alone. */
export const maxSingleBytes = 2 * smallestPart;

/** Uploads in parts, four at a time; the object appears with the last request, which carries the condition. */
export async function putParts(bucket: Bucket, key: string, source: Source, conditions: Conditions): Promise<void> {
  const target = address(bucket, key);
  const { UploadId } = await bucket.client.send(
    new CreateMultipartUploadCommand({
      ...target,
      ChecksumAlgorithm: 'CRC32',
      ChecksumType: 'FULL_OBJECT',
      Metadata: { 'perennial-write': conditions.stamp },
    }),
  );
  const upload = { ...target, UploadId };
  try {
    const Parts = await sendParts(bucket, upload, source);
    await bucket.client.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        MultipartUpload: { Parts },
        ...(conditions.ifAbsent ? { IfNoneMatch: '*' } : {}),
      }),
    );
  } catch (error) {
    // Parts of an unfinished upload cost money and are in no list of objects.
    await bucket.client.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
    throw error;
  }
}

type Upload = { readonly Bucket: string; readonly Key: string; readonly UploadId: string | undefined };

async function sendParts(bucket: Bucket, upload: Upload, source: Source): Promise<CompletedPart[]> {
  const smallest = source.object === undefined ? smallestPart : smallestCopiedPart;
  const size = Math.max(smallest, Math.ceil(source.size / maxParts / mebibyte) * mebibyte);
  const count = Math.ceil(source.size / size);
  const parts: CompletedPart[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const part = await sendPart(bucket, { ...upload, PartNumber: index + 1 }, source, index * size, size);
      parts[index] = { PartNumber: index + 1, ETag: part?.ETag, ChecksumCRC32: part?.ChecksumCRC32 };
    }
  };
  const guarded = async (): Promise<void> => {
    try {
      await lane();
    } catch (error) {
      next = count;
      throw error;
    }
  };
  // Every lane has ended before the upload is aborted: a part that arrives later would stay.
  const lanes = await Promise.allSettled(Array.from({ length: parallel }, guarded));
  for (const outcome of lanes) if (outcome.status === 'rejected') throw outcome.reason;
  return parts;
}

async function sendPart(
  bucket: Bucket,
  part: Upload & { readonly PartNumber: number },
  { object, size, read }: Source,
  start: number,
  length: number,
): Promise<CopyPartResult | undefined> {
  if (object === undefined)
    return await bucket.client.send(
      new UploadPartCommand({ ...part, Body: await read(start, length), ChecksumAlgorithm: 'CRC32' }),
    );
  const CopySourceRange = `bytes=${start}-${Math.min(start + length, size) - 1}`;
  const answer = await bucket.client.send(new UploadPartCopyCommand({ ...part, CopySource: object, CopySourceRange }));
  return answer.CopyPartResult;
}
