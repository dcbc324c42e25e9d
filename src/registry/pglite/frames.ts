/** Codes of first packets: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const sslRequest = 80_877_103;
const gssRequest = 80_877_104;
const cancelRequest = 80_877_102;
const protocol3 = 196_608;
/** The letter X. */
const terminate = 0x58;
const longestFrame = 256 * 1_024 * 1_024;

export type FirstPacket = 'encryption' | 'cancel' | 'startup' | 'foreign';

/** Cuts a byte stream into the messages of the PostgreSQL protocol; keeps what has not come completely. */
export interface FrameReader {
  add(chunk: Buffer): void;
  /** The first packets of a connection have no type byte. Null: not complete yet. */
  first(): FirstPacket | null;
  /** All complete messages up to a goodbye, as one. Null: none yet. */
  batch(): Buffer | null;
  /** Whether a goodbye, or something that is not the protocol, comes next: nothing after it is read. */
  ended(): boolean;
}

export function frameReader(): FrameReader {
  let chunks: Buffer[] = [];
  let length = 0;
  const joined = (): Buffer => {
    const all = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
    chunks = [all];
    return all;
  };
  const take = (count: number): Buffer => {
    const all = joined();
    chunks = [all.subarray(count)];
    length -= count;
    return all.subarray(0, count);
  };
  return {
    add: (chunk) => {
      chunks.push(chunk);
      length += chunk.length;
    },
    first: () => {
      if (length < 8) return null;
      const size = joined().readInt32BE(0);
      const kind = kindOf(joined().readInt32BE(4));
      if (kind === 'foreign' || size < 8 || size > 10_000) return 'foreign';
      if (length < size) return null;
      take(size);
      return kind;
    },
    batch: () => {
      const all = joined();
      let end = 0;
      while (all.length - end >= 5 && !isEnd(all, end)) {
        const size = sizeAt(all, end);
        if (all.length - end < size) break;
        end += size;
      }
      return end === 0 ? null : take(end);
    },
    ended: () => length >= 5 && isEnd(joined(), 0),
  };
}

function sizeAt(bytes: Buffer, start: number): number {
  return 1 + bytes.readInt32BE(start + 1);
}

function isEnd(bytes: Buffer, start: number): boolean {
  const size = sizeAt(bytes, start);
  return bytes[start] === terminate || size < 5 || size > longestFrame;
}

function kindOf(code: number): FirstPacket {
  if (code === sslRequest || code === gssRequest) return 'encryption';
  if (code === cancelRequest) return 'cancel';
  return code === protocol3 ? 'startup' : 'foreign';
}

export function frame(type: string, ...parts: readonly (string | Buffer)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)));
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
