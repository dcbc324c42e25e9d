import { closeSync, existsSync, fstatSync, openSync, readSync, readvSync } from 'node:fs';
import { open, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Database } from '../../dataset/duckdb/database.ts';
import { PerennialError } from '../../errors/error.ts';
import { runsOf } from '../collect.ts';
import { keepLedger, type Ledger, type PreparedSample, type Sample, type Ties } from '../ledger.ts';
import { bucketsFor, worthBuckets } from '../two-samples.ts';
import { chooseMap } from '../value-map.ts';
import { numbersOf } from './read-numbers.ts';

/** A column of numbers in a stored reference: all values ascending as little-endian Float64, and beside them what a pass over them keeps. */
export interface StoredNumbers {
  readonly file: string;
  readonly count: number;
  /** Some of the values, evenly; none where there is a ledger, whose map says how the values lie. */
  readonly some: readonly number[];
  /** Null for few values; the counts, sums and outside values lie in `<file>.ledger`, in this order. */
  readonly ledger: (Omit<Ledger, 'counts' | 'sums' | 'outside'> & StoredWith) | null;
}

interface StoredWith {
  readonly outsideCount: number;
  readonly ties: readonly Ties[];
}

/** @param values a query with one column `value` of DOUBLE */
export async function storeNumbers(
  database: Database,
  values: string,
  rows: number,
  path: string,
): Promise<StoredNumbers> {
  const { count, some } = await writeSorted(database, values, rows, path);
  const bare = { file: basename(path), count, some, ledger: null };
  const sorted = Float64Array.from(some);
  const map = count > worthBuckets / 2 ? chooseMap(sorted, bucketsFor(count)) : null;
  if (map === null) return bare;
  const { counts, sums, outside, ...ledger } = await keepLedger(await storedSample(dirname(path), bare), map);
  const parts = [counts, sums, outside].map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  await writeFile(`${path}.ledger`, Buffer.concat(parts));
  const ties = findTies(counts, ledger.below, (place) => readPlaces(dirname(path), bare.file, [place]));
  return { ...bare, some: [], ledger: { ...ledger, outsideCount: outside.length, ties } };
}

function findTies(
  counts: Uint32Array,
  below: number,
  read: (place: readonly [from: number, count: number]) => Float64Array,
): Ties[] {
  const ties: Ties[] = [];
  let at = below;
  for (const [bucket, count] of counts.entries()) {
    if (count >= worthKnowing) {
      const runs = runsOf(read([at, count]));
      if (runs.values.length <= mostTied) ties.push({ bucket, values: [...runs.values], counts: [...runs.counts] });
    }
    at += count;
  }
  return ties;
}

const worthKnowing = 1_024;
const mostTied = 64;

async function writeSorted(
  database: Database,
  values: string,
  rows: number,
  path: string,
): Promise<{ count: number; some: number[] }> {
  const file = await open(path, 'w');
  try {
    const result = await database.connection.stream(
      `FROM (${values}) WHERE value IS NOT NULL AND NOT isnan(value) ORDER BY value`,
    );
    const step = Math.max(1, Math.floor(rows / hinted));
    const some: number[] = [];
    let count = 0;
    for await (const chunk of result) {
      const piece = numbersOf(chunk.getColumnVector(0));
      for (let at = (step - (count % step)) % step; at < piece.length; at += step) {
        const value = piece[at] as number;
        if (Number.isFinite(value)) some.push(value);
      }
      count += piece.length;
      await file.appendFile(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength));
    }
    return { count, some };
  } finally {
    await file.close();
  }
}

const hinted = 4096;

/** @throws PRN-DRIFT-008 where the files are not those that were written */
export async function storedSample(folder: string, stored: StoredNumbers): Promise<Sample> {
  const { file, count, ledger } = stored;
  const path = join(folder, file);
  const { size } = await stat(path).catch(() => ({ size: -1 }));
  if (size !== count * 8) throw damaged(folder, `${file} should hold ${count} values`);
  const prepared = ledger === null ? {} : { prepared: preparedSample(folder, stored, ledger) };
  return { size: count, scan: (visit) => scanFile(folder, stored, visit), ...prepared };
}

/** Piece by piece: the system keeps the file in memory as long as there is room. */
async function scanFile(
  folder: string,
  { file, count }: StoredNumbers,
  visit: (values: Float64Array) => void,
): Promise<void> {
  const source = await open(join(folder, file), 'r');
  try {
    const piece = new Float64Array(pieceValues);
    const bytes = new Uint8Array(piece.buffer);
    for (let at = 0; at < count; ) {
      const { bytesRead } = await source.read(bytes, 0, bytes.length, at * 8);
      if (bytesRead < 8) throw damaged(folder, `${file} ended early`);
      visit(piece.subarray(0, bytesRead >> 3));
      at += bytesRead >> 3;
    }
  } finally {
    await source.close();
  }
}

const pieceValues = 131_072;

function preparedSample(
  folder: string,
  { file }: StoredNumbers,
  { outsideCount, ties, ...ledger }: NonNullable<StoredNumbers['ledger']>,
): PreparedSample {
  const buckets = ledger.map?.buckets ?? 0;
  const parts = {
    counts: new Uint32Array(buckets),
    sums: new Float64Array(buckets),
    outside: new Float64Array(outsideCount),
  };
  const bytes = 12 * buckets + 8 * outsideCount;
  reading(folder, `${file}.ledger`, (source) => {
    const whole = fstatSync(source).size === bytes;
    // Straight to where they are used: these are most of what is read of a reference.
    if (!whole || readvSync(source, [parts.counts, parts.sums, parts.outside], 0) !== bytes)
      throw damaged(folder, `${file}.ledger has another length`);
  });
  return { ledger: { ...ledger, ...parts }, ties, read: (places) => readPlaces(folder, file, places) };
}

function readPlaces(
  folder: string,
  file: string,
  places: readonly (readonly [from: number, count: number])[],
): Float64Array {
  const values = new Float64Array(places.reduce((sum, [, count]) => sum + count, 0));
  const bytes = new Uint8Array(values.buffer);
  reading(folder, file, (source) => {
    let filled = 0;
    for (const [from, count] of places) {
      if (readSync(source, bytes, filled, count * 8, from * 8) !== count * 8)
        throw damaged(folder, `${file} ended early`);
      filled += count * 8;
    }
  });
  return values;
}

/** @throws PRN-DRIFT-008 where there is no such file */
function reading(folder: string, file: string, read: (source: number) => void): void {
  const path = join(folder, file);
  if (!existsSync(path)) throw damaged(folder, `${file} is gone`);
  const source = openSync(path, 'r');
  try {
    read(source);
  } finally {
    closeSync(source);
  }
}

export function damaged(folder: string, why: string): PerennialError {
  return new PerennialError('PRN-DRIFT-008', { message: `The stored reference ${folder} cannot be used: ${why}.` });
}
