import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import { address } from './read.ts';
import type { Source } from './source.ts';

const mebibyte = 1_048_576;
const smallestPart = 8 * mebibyte;
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
  const size = Math.max(smallestPart, Math.ceil(source.size / maxParts / mebibyte) * mebibyte);
  const count = Math.ceil(source.size / size);
  const parts: CompletedPart[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const Body = await source.read(index * size, size);
      const answer = await bucket.client.send(
        new UploadPartCommand({ ...upload, PartNumber: index + 1, Body, ChecksumAlgorithm: 'CRC32' }),
      );
      parts[index] = { PartNumber: index + 1, ETag: answer.ETag, ChecksumCRC32: answer.ChecksumCRC32 };
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
