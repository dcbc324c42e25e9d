import type { Cursor } from './cursor.ts';

/** So many decimal digits always lie below 2^53: their whole number is exact. */
const exactDigits = 15;
const powers = Float64Array.from({ length: exactDigits + 1 }, (_, exponent) => 10 ** exponent);
/** JavaScript writes smaller ones with an exponent. */
const smallestPlain = 1e-6;

/**
 * The number at the cursor, equal to what JSON.parse reads in every bit; NaN when none stands there. With at most 15 digits it is a whole
 * number divided by a power of ten: both are exact, so that the one rounding is the right one (Clinger, "How to read floating point
 * numbers accurately", 1990). Such a number is also the shortest text of itself, unless it ends with zeros.
 */
export function scanNumber(cursor: Cursor): number {
  const { bytes, at: start } = cursor;
  const negative = bytes[start] === minus;
  const first = negative ? start + 1 : start;
  let at = first;
  let whole = 0;
  for (; isDigit(bytes[at]); at++) whole = whole * 10 + (bytes[at] as number) - zero;
  const digits = at - first;
  if (digits === 0 || (digits > 1 && bytes[first] === zero)) return Number.NaN;
  let decimals = 0;
  if (bytes[at] === point) {
    const from = at + 1;
    for (at = from; isDigit(bytes[at]); at++) whole = whole * 10 + (bytes[at] as number) - zero;
    decimals = at - from;
    if (decimals === 0) return Number.NaN;
  }
  const unusual = digits + decimals > exactDigits || bytes[at] === smallE || bytes[at] === largeE;
  if (unusual) return readSlowly(cursor, at);
  cursor.at = at;
  const size = whole / (powers[decimals] as number);
  const endsWithZero = decimals > 0 && bytes[at - 1] === zero;
  const rare = negative ? whole === 0 : false;
  if (endsWithZero || rare || (decimals > 0 && size < smallestPlain)) cursor.canonical = false;
  return negative ? -size : size;
}

/** An exponent, or more digits than are exact. `at` is behind the digits. */
function readSlowly(cursor: Cursor, at: number): number {
  const { bytes, text, at: start } = cursor;
  let end = at;
  if (bytes[end] === smallE || bytes[end] === largeE) {
    end += bytes[end + 1] === minus || bytes[end + 1] === plus ? 2 : 1;
    const from = end;
    while (isDigit(bytes[end])) end += 1;
    if (end === from) return Number.NaN;
  }
  const written = text.substring(start, end);
  const value = Number(written);
  if (String(value) !== written) cursor.canonical = false;
  cursor.at = end;
  return value;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= zero + 9;
}

const [zero, minus, plus, point, smallE, largeE] = [0x30, 0x2d, 0x2b, 0x2e, 0x65, 0x45] as const;
