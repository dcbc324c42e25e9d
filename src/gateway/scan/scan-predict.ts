import type { FeatureRow } from '../features.ts';
import { longestName, type PredictRequest, type RequestedRow } from '../predict-request.ts';
import type { Signature } from '../predictor.ts';
import { Cursor, quote } from './cursor.ts';
import { type FeatureScanner, featureScannerOf, lettersOf } from './scan-features.ts';

/**
 * Reads the body of a prediction straight from its bytes, without an object for each row: what most callers send, the columns in the
 * order of the signature. Null for whatever else there is, right or wrong: that is JSON.parse's to read, and parsePredict's to refuse.
 * A body that is read here reads the same there, to the last bit.
 * @param text the same bytes, a letter each: latin1
 */
export function scanPredict(
  bytes: Uint8Array,
  text: string,
  signature: Signature,
  mostRows: number,
): PredictRequest | null {
  const cursor = new Cursor(bytes, text);
  const scanner = { signature, features: featureScannerOf(signature) };
  const single = !cursor.passAll(listOpens);
  const rows = single ? scanSingle(cursor, scanner) : scanList(cursor, scanner, mostRows);
  cursor.skipSpace();
  return rows !== null && cursor.at === bytes.length ? { single, rows } : null;
}

interface RowScanner {
  readonly signature: Signature;
  readonly features: FeatureScanner;
}

function scanSingle(cursor: Cursor, scanner: RowScanner): readonly RequestedRow[] | null {
  const row = scanRow(cursor, scanner);
  return row === null ? null : [row];
}

function scanList(cursor: Cursor, scanner: RowScanner, mostRows: number): readonly RequestedRow[] | null {
  if (!cursor.pass(colon) || !cursor.pass(listOpen)) return null;
  const rows: RequestedRow[] = [];
  do {
    const row = scanRow(cursor, scanner);
    if (row === null || rows.length === mostRows) return null;
    rows.push(row);
  } while (cursor.pass(comma));
  return cursor.pass(listClose) && cursor.pass(close) ? rows : null;
}

/** `features`, and `id` and `key` where they are texts, each once. */
function scanRow(cursor: Cursor, scanner: RowScanner): RequestedRow | null {
  if (!cursor.pass(open)) return null;
  let id: string | null = null;
  let key: string | null = null;
  let scanned: ScannedFeatures | null = null;
  do {
    cursor.skipSpace();
    if (scanned === null && cursor.passAll(featuresName)) {
      scanned = scanFeatures(cursor, scanner.features);
      if (scanned === null) return null;
    } else if (id === null && cursor.passAll(idName)) {
      id = scanName(cursor);
      if (id === null) return null;
    } else if (key === null && cursor.passAll(keyName)) {
      key = scanName(cursor);
      if (key === null) return null;
    } else return null;
  } while (cursor.pass(comma));
  return scanned !== null && cursor.pass(close) ? new ScannedRow(id, key, scanner.signature, scanned) : null;
}

interface ScannedFeatures {
  readonly values: FeatureRow;
  /** Null unless it is what the request log would write. */
  readonly text: string | null;
  /** As they stand in the body. */
  readonly source: string;
}

function scanFeatures(cursor: Cursor, features: FeatureScanner): ScannedFeatures | null {
  if (!cursor.pass(colon)) return null;
  cursor.skipSpace();
  const from = cursor.at;
  cursor.canonical = true;
  const values = features(cursor);
  if (values === null) return null;
  const source = cursor.text.substring(from, cursor.at);
  return { values, text: cursor.canonical ? source : null, source };
}

function scanName(cursor: Cursor): string | null {
  if (!cursor.pass(colon) || !cursor.pass(quote)) return null;
  const name = cursor.readText();
  return name !== null && name !== '' && name.length <= longestName ? name : null;
}

/** Its features are only looked up by name where another model than the scanned one answers: they are parsed then. */
class ScannedRow implements RequestedRow {
  readonly id: string | null;
  readonly key: string | null;
  readonly scan: NonNullable<RequestedRow['scan']>;
  readonly #source: string;

  constructor(id: string | null, key: string | null, signature: Signature, { values, text, source }: ScannedFeatures) {
    this.id = id;
    this.key = key;
    this.scan = { signature, values, text };
    this.#source = source;
  }

  get features(): Readonly<Record<string, unknown>> {
    return JSON.parse(this.#source);
  }
}

const [open, close, comma, colon, listOpen, listClose] = [0x7b, 0x7d, 0x2c, 0x3a, 0x5b, 0x5d] as const;
const listOpens = lettersOf('{"rows"');
const [featuresName, idName, keyName] = [lettersOf('"features"'), lettersOf('"id"'), lettersOf('"key"')] as const;
