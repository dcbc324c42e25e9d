import { type FileHandle, open } from 'node:fs/promises';
import { unreadableSource } from './failures.ts';

/** Content that can be read any number of times, because a request may have to be repeated. */
export interface Source {
  readonly size: number;
  /** Bytes from `start`, at most `length`; throws where the file has become shorter. */
  read(start: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
  /** Bucket and key, encoded, of the object that this is: its parts need not be read here. */
  readonly object?: string;
}

/** @throws PRN-ARTIFACTS-004 */
export async function openSource(key: string, content: Uint8Array | { readonly path: string }): Promise<Source> {
  if (content instanceof Uint8Array) {
    const read = async (start: number, length: number): Promise<Uint8Array> => content.subarray(start, start + length);
    return { size: content.length, read, close: async () => {} };
  }
  const { path } = content;
  const file = await open(path, 'r').catch((error: unknown) => {
    throw unreadableSource(path, key, error);
  });
  try {
    const status = await file.stat();
    if (!status.isFile()) throw unreadableSource(path, key, new Error('it is not a file'));
    const read = (start: number, length: number): Promise<Uint8Array> =>
      readFully(file, start, Math.min(length, status.size - start), { path, key });
    return { size: status.size, read, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readFully(
  file: FileHandle,
  start: number,
  length: number,
  { path, key }: { readonly path: string; readonly key: string },
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length; ) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, start + filled);
    if (bytesRead === 0) throw unreadableSource(path, key, new Error('it became shorter while it was read'));
    filled += bytesRead;
  }
  return bytes;
}
