import { refused } from './predict-request.ts';

/**
 * Raw tensors of the binary tensor data extension of the Open Inference Protocol: little-endian numbers in row-major order, or for BYTES
 * each element behind its length (uint32).
 */
export interface NumberType {
  /** Bytes of one element. */
  readonly width: number;
  readonly read: (view: DataView, at: number) => number;
}

export const numberTypes: Readonly<Record<string, NumberType>> = {
  BOOL: { width: 1, read: (view, at) => view.getUint8(at) },
  UINT8: { width: 1, read: (view, at) => view.getUint8(at) },
  UINT16: { width: 2, read: (view, at) => view.getUint16(at, true) },
  UINT32: { width: 4, read: (view, at) => view.getUint32(at, true) },
  UINT64: { width: 8, read: (view, at) => Number(view.getBigUint64(at, true)) },
  INT8: { width: 1, read: (view, at) => view.getInt8(at) },
  INT16: { width: 2, read: (view, at) => view.getInt16(at, true) },
  INT32: { width: 4, read: (view, at) => view.getInt32(at, true) },
  INT64: { width: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  FP16: { width: 2, read: readFloat16 },
  FP32: { width: 4, read: (view, at) => view.getFloat32(at, true) },
  FP64: { width: 8, read: (view, at) => view.getFloat64(at, true) },
};

/** A body whose first bytes are JSON and whose others are tensors. @throws PRN-GATEWAY-001 the length is none, or longer than the body */
export function splitBody(
  body: Uint8Array,
  headerLength: string,
): { readonly json: Uint8Array; readonly binary: Uint8Array } {
  const length = /^\d{1,10}$/.test(headerLength) ? Number(headerLength) : Number.NaN;
  if (length <= body.length) return { json: body.subarray(0, length), binary: body.subarray(length) };
  throw refused(
    `inference-header-content-length must be a number from 0 to ${body.length}, the body's length`,
    headerLength,
  );
}

/** What one tensor holds; NaN stands for a missing number. @throws PRN-GATEWAY-001 the bytes are not those of so many elements */
export function decodeTensor(
  { name, datatype, count }: { readonly name: string; readonly datatype: string; readonly count: number },
  bytes: Uint8Array,
): readonly (number | string | null)[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (datatype === 'BYTES') return decodeTexts(name, count, bytes, view);
  const type = numberTypes[datatype];
  if (type === undefined || bytes.length !== count * type.width) {
    throw refused(`Input "${name}": ${count} of ${datatype} need ${count * (type?.width ?? 0)} bytes`, bytes.length);
  }
  return Array.from({ length: count }, (_, index) => {
    const value = type.read(view, index * type.width);
    return Number.isNaN(value) ? null : value;
  });
}

/** @param data as the protocol's JSON has it: numbers for FP32 and INT64, texts for BYTES */
export function encodeTensor(datatype: string, data: readonly (string | number | null)[]): Uint8Array {
  if (datatype === 'BYTES') return encodeTexts(data.map(String));
  const width = datatype === 'INT64' ? 8 : 4;
  const view = new DataView(new ArrayBuffer(data.length * width));
  for (const [index, value] of data.entries()) {
    if (datatype === 'INT64') view.setBigInt64(index * width, BigInt(Number(value)), true);
    else view.setFloat32(index * width, Number(value ?? Number.NaN), true);
  }
  return new Uint8Array(view.buffer);
}

function decodeTexts(name: string, count: number, bytes: Uint8Array, view: DataView): string[] {
  const texts: string[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const end = at + 4 + view.getUint32(at, true);
    if (end > bytes.length) break;
    texts.push(textOf(name, bytes.subarray(at + 4, end)));
    at = end;
  }
  if (at === bytes.length && texts.length === count) return texts;
  throw refused(`Input "${name}": the bytes must be those of ${count} texts, each behind its length`, texts.length);
}

function textOf(name: string, bytes: Uint8Array): string {
  try {
    return strictly.decode(bytes);
  } catch {
    throw refused(`Input "${name}": texts must be UTF-8`, [...bytes.subarray(0, 8)]);
  }
}

const strictly = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function encodeTexts(texts: readonly string[]): Uint8Array {
  const parts = texts.map((text) => new TextEncoder().encode(text));
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, 0));
  const view = new DataView(whole.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length, true);
    whole.set(part, at + 4);
    at += 4 + part.length;
  }
  return whole;
}

/** IEEE 754 half precision: five bits of exponent, ten of fraction. */
function readFloat16(view: DataView, at: number): number {
  const bits = view.getUint16(at, true);
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
