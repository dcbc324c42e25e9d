import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Database } from '../../dataset/duckdb/database.ts';
import { PerennialError } from '../../errors/error.ts';
import type { ComparedKind } from '../comparison.ts';
import { bucketsFor } from '../two-samples.ts';
import { columnSql } from './column-values.ts';
import type { OpenTable } from './open-table.ts';
import { readCategories } from './read-categories.ts';
import { missingOf } from './read-numbers.ts';
import type { KindedColumn, Side } from './side.ts';
import { damaged, type StoredNumbers, storedSample, storeNumbers } from './stored-numbers.ts';

/** What reference.json of a stored reference holds; the values of a column lie beside it, sorted, as Float64 in little-endian order. */
interface StoredReference {
  readonly format: typeof storedFormat;
  readonly name: string;
  readonly files: number;
  readonly rows: number;
  readonly types: readonly (readonly [name: string, type: string])[];
  readonly columns: readonly StoredColumn[];
}

type StoredColumn =
  | { readonly column: string; readonly kind: null }
  | {
      readonly column: string;
      readonly kind: ComparedKind;
      readonly missing: number | null;
      /** Numbers: the files. Names: each with its count. */
      readonly values: StoredNumbers | { readonly names: readonly (readonly [name: string, count: number])[] };
    };

const storedFormat = 'perennial-reference-2';
const header = 'reference.json';

/** The folder, where the name is that of a stored reference. */
export function isStored(base: string, name: string): string | null {
  const folder = resolve(base, name);
  return existsSync(join(folder, header)) ? folder : null;
}

/** @throws PRN-DATASET-013 where the folder holds something else */
export async function storeReference(
  database: Database,
  table: OpenTable,
  options: { readonly base: string; readonly folder: string; readonly kinds: ReadonlyMap<string, ComparedKind | null> },
): Promise<void> {
  const folder = resolve(options.base, options.folder);
  const taken = await readdir(folder).catch((): string[] => []);
  if (taken.length > 0 && !taken.includes(header))
    throw new PerennialError('PRN-DATASET-013', {
      message: `${folder} holds other files: no reference is stored there.`,
    });
  // Whoever reads sees the old reference or the new one, never half of one.
  const draft = join(dirname(folder), `.${basename(folder)}.${process.pid}`);
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  try {
    const columns: StoredColumn[] = [];
    for (const [column, kind] of options.kinds)
      columns.push(
        kind === null
          ? { column, kind }
          : await storeColumn(database, table, { column, kind }, join(draft, `${columns.length}.f64`)),
      );
    const stored: StoredReference = {
      ...{ format: storedFormat, name: table.name, files: table.files.files.length, rows: table.rows },
      ...{ types: [...table.types], columns },
    };
    await writeFile(join(draft, header), JSON.stringify(stored));
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function storeColumn(
  database: Database,
  table: OpenTable,
  column: KindedColumn,
  path: string,
): Promise<StoredColumn> {
  const sql = columnSql(table, column.column, column.kind);
  if (column.kind === 'categorical' || column.kind === 'boolean') {
    const [found] = await readCategories(database, table, [sql]);
    return { ...column, missing: found?.missing ?? null, values: { names: [...(found?.counts ?? [])] } };
  }
  const [missing] = await missingOf(database, table, [sql]);
  const values = await table.reading(() =>
    storeNumbers(database, `SELECT ${sql.value} AS value FROM ${table.from([column.column])}`, table.rows, path),
  );
  return { ...column, missing: missing ?? null, values };
}

/** @throws PRN-DRIFT-008 */
export async function openStored(
  folder: string,
  name: string,
): Promise<Side & { readonly kinds: ReadonlyMap<string, ComparedKind | null> }> {
  const stored = await readHeader(folder);
  const byName = new Map(stored.columns.map((column) => [column.column, column]));
  const find = ({ column }: KindedColumn) => {
    const found = byName.get(column);
    if (found === undefined || found.kind === null) throw damaged(folder, `it lacks the column "${column}"`);
    return found;
  };
  return {
    table: { name, files: stored.files, rows: stored.rows, columns: stored.types.length },
    types: new Map(stored.types),
    columnBytes: 12 * bucketsFor(stored.rows),
    kinds: new Map(stored.columns.map(({ column, kind }) => [column, kind])),
    numbers: (columns) =>
      Promise.all(
        columns.map(async (column) => {
          const { missing, values } = find(column);
          if (!('file' in values)) throw damaged(folder, `"${column.column}" has no numbers`);
          const sample = await storedSample(folder, values);
          return { sample, missing, hint: async () => Float64Array.from(values.some) };
        }),
      ),
    categories: async (columns) =>
      columns.map((column) => {
        const { missing, values } = find(column);
        if (!('names' in values)) throw damaged(folder, `"${column.column}" has no names`);
        return { missing, counts: new Map(values.names) };
      }),
  };
}

async function readHeader(folder: string): Promise<StoredReference> {
  const text = await readFile(join(folder, header), 'utf8');
  let found: Partial<StoredReference>;
  try {
    found = JSON.parse(text) as Partial<StoredReference>;
  } catch {
    throw damaged(folder, `${header} is no JSON`);
  }
  if (found.format !== storedFormat)
    throw damaged(folder, `its format is ${found.format ?? 'not told'}, not ${storedFormat}`);
  return found as StoredReference;
}
