import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findSameName, refuseSameName } from '../../../../src/dataset/duckdb/column-names.ts';
import { type Database, withDatabase } from '../../../../src/dataset/duckdb/database.ts';
import { describeSource } from '../../../../src/dataset/duckdb/source-table.ts';

/** Parquet with the columns of a query, in a database beside it; `Prise` is called `Price` afterwards, which DuckDB itself would not write. */
async function described<T>(
  columns: string,
  look: (database: Database, file: string, types: ReadonlyMap<string, string>) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-names-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return withDatabase({ tempFolder: join(folder, 'temp') }, async (database) => {
    const file = join(folder, 'a.parquet');
    await database.run(`COPY (SELECT ${columns}) TO '${file}' (FORMAT parquet)`);
    await writeFile(file, Buffer.from((await readFile(file, 'latin1')).replaceAll('Prise', 'Price'), 'latin1'));
    return await look(database, file, await describeSource(database, 'parquet', [file]));
  });
}

const refused = (columns: string, used: readonly string[]) =>
  described(columns, (database, file, types) =>
    refuseSameName(database, { format: 'parquet', files: [file] }, types, used),
  );

it('a source in which a used name stands for two columns is refused, by the names as they are written', async () => {
  await expect(refused('{a: 1, price: 2} AS s, 1 AS price, 2 AS "Prise"', ['price'])).rejects.toMatchObject({
    code: 'PRN-DATASET-014',
    message: expect.stringMatching(/a\.parquet has the columns "price" and "Price"/),
  });
});

it('columns that are not used, or only look like a second one, are let be', async () => {
  await refused('1 AS price, 2 AS "Prise"', ['age']);
  await refused('1 AS price, 2 AS price_1', ['price', 'price_1']);
  expect(
    await described('1 AS price, [1, 2] AS price_1', (database, file) => findSameName(database, 'parquet', [file])),
  ).toBe(null);
});
