import { type FeatureValue, largestFloat32 } from '../features.ts';
import type { Signature } from '../predictor.ts';
import { type Cursor, quote } from './cursor.ts';
import { scanNumber } from './scan-number.ts';

/** Reads the values of one object of features; null where anything but the expected names, in their order, with plain values stands. */
export type FeatureScanner = (cursor: Cursor) => FeatureValue[] | null;

const scanners = new WeakMap<Signature, FeatureScanner>();

/** The scanner of a signature's columns, made once. */
export function featureScannerOf(signature: Signature): FeatureScanner {
  const known = scanners.get(signature);
  if (known !== undefined) return known;
  const columns = signature.features.map(({ name, type }) => ({
    label: lettersOf(JSON.stringify(name)),
    numeric: type === 'numeric',
  }));
  // Other names are left to JSON.parse.
  const readable = signature.features.every(({ name }) => visible.test(name));
  const scanner: FeatureScanner = (cursor) => (readable ? scan(cursor, columns) : null);
  scanners.set(signature, scanner);
  return scanner;
}

interface ScannedColumn {
  /** The name with its quotes. */
  readonly label: Uint8Array;
  readonly numeric: boolean;
}

/** Stands before the first brace, and ends behind the last. */
function scan(cursor: Cursor, columns: readonly ScannedColumn[]): FeatureValue[] | null {
  if (!cursor.pass(open)) return null;
  const values: FeatureValue[] = [];
  for (let index = 0; index < columns.length; index++) {
    const { label, numeric } = columns[index] as ScannedColumn;
    if (index > 0 && !cursor.pass(comma)) return null;
    if (!cursor.passAll(label)) {
      cursor.skipSpace();
      if (!cursor.passAll(label)) return null;
    }
    if (!cursor.pass(colon)) return null;
    const value = valueAt(cursor, numeric);
    if (value === undefined) return null;
    values.push(value);
  }
  return cursor.pass(close) ? values : null;
}

/** Undefined for whatever is not a plain value of its kind. */
function valueAt(cursor: Cursor, numeric: boolean): FeatureValue | undefined {
  const first = cursor.bytes[cursor.at];
  if (first === space) {
    cursor.skipSpace();
    return valueAt(cursor, numeric);
  }
  if (first === smallN) return cursor.passAll(nothing) ? null : undefined;
  if (numeric) {
    const value = scanNumber(cursor);
    return Math.abs(value) <= largestFloat32 ? value : undefined;
  }
  if (first !== quote) return undefined;
  cursor.at += 1;
  return cursor.readText() ?? undefined;
}

/** @param text ASCII */
export function lettersOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Visible ASCII: a letter each byte. */
const visible = /^[\x20-\x7e]*$/;

const nothing = lettersOf('null');
const [open, close, comma, colon, space, smallN] = [0x7b, 0x7d, 0x2c, 0x3a, 0x20, 0x6e] as const;
