import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { PerennialError } from '../../errors/error.ts';
import { CsvFault, type CsvRecord, csvRecords } from './csv-records.ts';

/** Some columns of a table, of all rows: a CSV file with a header. */
export interface ColumnSlice {
  readonly path: string;
  readonly columns: readonly string[];
}

export interface SplitTable {
  readonly rows: number;
  readonly slices: readonly ColumnSlice[];
}

/** A CSV file with the names of its columns. */
export interface CsvFile {
  readonly path: string;
  readonly columns: readonly string[];
}

/**
 * Splits CSV files by columns into files of a few columns each, in one pass that holds no more than some rows: what reads a whole row at
 * a time needs memory for each of its columns. The values stay as they are spelled. The table has the columns of all files.
 * @param folder an empty one
 * @throws PRN-DATASET-002 naming the file and the line
 */
export async function splitColumns(files: readonly CsvFile[], folder: string): Promise<SplitTable> {
  const columns = namesOfAll(files);
  const writer = await openSlices(columns, folder);
  let rows = 0;
  try {
    for (const file of files) rows += await splitFile(file, columns, writer);
    await writer.flush();
  } finally {
    await writer.close();
  }
  return { rows, slices: writer.slices };
}

/** Names that differ by case only are one column, as everywhere in DuckDB. */
function namesOfAll(files: readonly CsvFile[]): string[] {
  const names = new Map<string, string>();
  for (const name of files.flatMap((file) => file.columns)) {
    if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  }
  return [...names.values()];
}

async function splitFile(file: CsvFile, columns: readonly string[], writer: SliceWriter): Promise<number> {
  const places = new Map(file.columns.map((name, at) => [name.toLowerCase(), at]));
  const sameOrder = columns.length === file.columns.length && columns.every((name, at) => file.columns[at] === name);
  const order = sameOrder ? null : columns.map((name) => places.get(name.toLowerCase()) ?? -1);
  let rows = -1;
  try {
    for await (const record of csvRecords(textOf(file.path))) {
      const values = valuesOf(record, file.columns.length);
      rows += 1;
      if (rows > 0) await writer.add(order === null ? values : order.map((at) => values[at] ?? ''));
    }
  } catch (cause) {
    throw cannotRead(file.path, cause);
  }
  return Math.max(0, rows);
}

/** One comma too many at a row's end is no column. */
function valuesOf({ line, values }: CsvRecord, columns: number): readonly string[] {
  if (values.length === columns) return values;
  if (values.length === columns + 1 && values[columns] === '') return values.slice(0, columns);
  const [found, wanted] = [values.length, columns].map((count) => count.toLocaleString('en'));
  throw new CsvFault(line, `has ${found} values where the header has ${wanted} columns`);
}

async function* textOf(path: string): AsyncGenerator<string> {
  const file: Readable = createReadStream(path, { highWaterMark: 2 ** 20 });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const bytes = path.toLowerCase().endsWith('.gz') ? unzipped(file) : file;
  for await (const piece of bytes) yield decoder.decode(piece as Uint8Array, { stream: true });
  yield decoder.decode();
}

function unzipped(file: Readable): Readable {
  // What breaks is told to who reads the end of it.
  return pipeline(file, createGunzip(), () => undefined);
}

function cannotRead(file: string, cause: unknown): PerennialError {
  const says = cause instanceof Error ? cause.message : String(cause);
  return new PerennialError('PRN-DATASET-002', {
    message: `the csv file ${file} cannot be read: ${says}`,
    cause,
    details: { file },
  });
}

interface SliceWriter {
  readonly slices: readonly ColumnSlice[];
  add(values: readonly string[]): Promise<void>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Few enough that DuckDB can hold a batch of rows a thread; and few files, as all are open at the same time. */
const sliceColumns = 100;
const mostSlices = 200;
const heldCharacters = 2 ** 23;

async function openSlices(columns: readonly string[], folder: string): Promise<SliceWriter> {
  const count = Math.min(mostSlices, Math.ceil(columns.length / sliceColumns));
  const starts = Array.from({ length: count + 1 }, (_, at) => Math.round((at * columns.length) / count));
  const slices = Array.from({ length: count }, (_, at) => ({
    path: join(folder, `${at}.csv`),
    columns: columns.slice(starts[at], starts[at + 1]),
  }));
  const handles: FileHandle[] = [];
  for (const { path } of slices) handles.push(await open(path, 'w'));
  const texts = slices.map(({ columns: own }) => [own.map(quoted).join(',')]);
  let held = 0;
  const flush = async (): Promise<void> => {
    held = 0;
    for (const [at, handle] of handles.entries()) {
      const lines = texts[at]?.splice(0) ?? [];
      if (lines.length > 0) await handle.appendFile(`${lines.join('\n')}\n`);
    }
  };
  return {
    slices,
    flush,
    add: async (values) => {
      for (const [at, lines] of texts.entries()) {
        const line = values.slice(starts[at], starts[at + 1]).join(',');
        held += line.length;
        lines.push(line);
      }
      if (held > heldCharacters) await flush();
    },
    close: async () => {
      for (const handle of handles) await handle.close();
    },
  };
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
