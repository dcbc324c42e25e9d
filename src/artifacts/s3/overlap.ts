import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket.ts';
import { overlapping } from './failures.ts';
import { address, head } from './read.ts';

const maxRemembered = 50_000;

/**
 * Buckets would hold "a/b" and "a/b/c" side by side; folders cannot, and the port promises that all stores behave alike.
 * Looked up before a write, not in one step with it: two writers at the same moment may get past it, and both objects can be read.
 */
export class OverlapCheck {
  /** Paths that were no objects when something was written below them, so that a folder is looked up once. */
  readonly #folders = new Set<string>();

  /** @throws PRN-ARTIFACTS-003 */
  async check(bucket: Bucket, key: string): Promise<void> {
    if (await this.#isOverlapping(bucket, key)) throw overlapping(key, bucket.label);
  }

  /** Also true where a folder that was looked up has become an object since. */
  async hasNow(bucket: Bucket, key: string): Promise<boolean> {
    for (const folder of foldersOf(key)) this.#folders.delete(folder);
    return this.#isOverlapping(bucket, key);
  }

  async #isOverlapping(bucket: Bucket, key: string): Promise<boolean> {
    const unknown = foldersOf(key).filter((folder) => !this.#folders.has(folder));
    const [below, ...above] = await Promise.all([
      hasObjectsBelow(bucket, key),
      ...unknown.map((folder) => head(bucket, folder)),
    ]);
    if (below || above.some((object) => object !== null)) return true;
    if (this.#folders.size > maxRemembered) this.#folders.clear();
    this.#folders.delete(key);
    for (const folder of unknown) this.#folders.add(folder);
    return false;
  }
}

async function hasObjectsBelow(bucket: Bucket, key: string): Promise<boolean> {
  const { Bucket, Key } = address(bucket, key);
  return bucket.run('list', '', async () => {
    const { Contents = [] } = await bucket.client.send(
      new ListObjectsV2Command({ Bucket, Prefix: `${Key}/`, MaxKeys: 1 }),
    );
    return Contents.length > 0;
  });
}

/** "a" and "a/b" for "a/b/c". */
function foldersOf(key: string): string[] {
  const parts = key.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
