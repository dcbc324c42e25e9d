import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { type Action, explained, statusOf } from './failures.ts';

/** Where a bucket is; without an `endpoint` it is Amazon's. Credentials come from the SDK's default chain. */
export interface BucketLocation {
  readonly bucket: string;
  /** Keys of the store lie below it; '' for the whole bucket. */
  readonly prefix: string;
  readonly endpoint?: string;
  readonly region?: string;
}

/** One prefix of one bucket, with a client that is shared by all requests. */
export interface Bucket {
  readonly client: S3Client;
  readonly name: string;
  /** '' or a path that ends with a slash. */
  readonly prefix: string;
  /** How messages call it. */
  readonly label: string;
  /** Runs requests about `key` ('' for none) and turns what goes wrong into a coded error. */
  run<T>(action: Action, key: string, work: () => Promise<T>): Promise<T>;
  /** Throws what is wrong with the bucket itself: the answer to a HEAD request is only a number. */
  probe(): Promise<void>;
}

export function openBucket({ bucket, prefix, endpoint, region }: BucketLocation): Bucket {
  const client = new S3Client({
    ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
    ...regionOf(region, endpoint),
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 60_000 },
  });
  const label = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}${endpoint ? ` at ${endpoint}` : ''}`;
  const probe = async (): Promise<void> => {
    await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: withSlash(prefix), MaxKeys: 1 }));
  };
  const run: Bucket['run'] = async (action, key, work) => {
    try {
      return await work();
    } catch (error) {
      if (isMute(error)) await probe().catch((reason: unknown) => Promise.reject(explained(reason, 'list', '', label)));
      throw explained(error, action, key, label);
    }
  };
  return { client, name: bucket, prefix: withSlash(prefix), label, run, probe };
}

function isMute(error: unknown): boolean {
  return statusOf(error) >= 300 && error instanceof Error && ['', 'UnknownError'].includes(error.message);
}

function withSlash(prefix: string): string {
  return prefix === '' ? '' : `${prefix}/`;
}

/** The SDK reads AWS_REGION and profiles by itself. Servers with an endpoint of their own mostly do not care, so they need none. */
function regionOf(region: string | undefined, endpoint: string | undefined): { readonly region?: string } {
  const chosen = region ?? (process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || (endpoint ? 'us-east-1' : ''));
  return chosen ? { region: chosen } : {};
}
