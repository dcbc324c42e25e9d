/** One field of a protobuf message: its number, and a number or bytes. */
export type Field =
  | { readonly number: number; readonly wire: 'number'; readonly value: number }
  | { readonly number: number; readonly wire: 'float'; readonly value: number }
  | { readonly number: number; readonly wire: 'bytes'; readonly value: Uint8Array };

const text = new TextDecoder('utf-8', { fatal: true });

/**
 * Walks over the fields of one message (protobuf's wire format). Varints are read as signed 64-bit numbers; beyond 2^53 they lose
 * digits, which no count, id or code of a model has.
 * @throws RangeError when the bytes end within a field, or are of a kind that ONNX does not use
 */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  const cursor = { bytes, at: 0 };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  while (cursor.at < bytes.length) {
    const tag = varint(cursor);
    const number = tag >>> 3;
    switch (tag & 7) {
      case 0:
        yield { number, wire: 'number', value: varint(cursor) };
        break;
      case 1:
        yield { number, wire: 'float', value: view.getFloat64(advance(cursor, 8), true) };
        break;
      case 2: {
        const length = varint(cursor);
        const start = advance(cursor, length);
        yield { number, wire: 'bytes', value: bytes.subarray(start, start + length) };
        break;
      }
      case 5:
        yield { number, wire: 'float', value: view.getFloat32(advance(cursor, 4), true) };
        break;
      default:
        throw new RangeError(`wire type ${tag & 7} at byte ${cursor.at}`);
    }
  }
}

export function textOf(bytes: Uint8Array): string {
  return text.decode(bytes);
}

/** The numbers of a packed list of varints. */
export function packedVarints(bytes: Uint8Array): number[] {
  const cursor = { bytes, at: 0 };
  const values: number[] = [];
  while (cursor.at < bytes.length) values.push(varint(cursor));
  return values;
}

/** The numbers of packed little-endian floats, `size` bytes each. */
export function packedFloats(bytes: Uint8Array, size: 4 | 8): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / size }, (_, index) =>
    size === 4 ? view.getFloat32(index * 4, true) : view.getFloat64(index * 8, true),
  );
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function varint(cursor: Cursor): number {
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = cursor.bytes[cursor.at];
    if (byte === undefined) break;
    cursor.at += 1;
    const bits = byte & 0x7f;
    if (shift < 28) low |= bits << shift;
    else if (shift === 28) {
      low |= bits << 28;
      high = bits >>> 4;
    } else high |= bits << (shift - 32);
    if (byte < 0x80) return high * 0x1_0000_0000 + (low >>> 0);
  }
  throw new RangeError(`a number without end at byte ${cursor.at}`);
}

/** Where the next `length` bytes begin. */
function advance(cursor: Cursor, length: number): number {
  const start = cursor.at;
  if (start + length > cursor.bytes.length) throw new RangeError(`${length} bytes wanted at byte ${start}`);
  cursor.at = start + length;
  return start;
}
