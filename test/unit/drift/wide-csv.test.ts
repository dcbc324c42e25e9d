import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withDatabase } from '../../../src/dataset/duckdb/database.ts';
import { type CompareRequest, compareTables } from '../../../src/drift/duckdb/compare-tables.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-wide-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const rows = 500;

/** Numbers and, each tenth column, two names; one column of numbers may be moved. */
async function writeWide(name: string, columns: number, seed: number, moved = -1): Promise<string> {
  let state = seed;
  const draw = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const file = createWriteStream(join(folder, name));
  file.write(`${Array.from({ length: columns }, (_, at) => `"f,${at}"`).join(',')}\n`);
  for (let row = 0; row < rows; row += 1) {
    const values = Array.from({ length: columns }, (_, at) => {
      if (at % 10 === 3) return draw() < 0.4 ? '"a ""b"""' : 'cd';
      return (draw() + draw() + (at === moved ? 0.5 : 0)).toFixed(3);
    });
    file.write(`${values.join(',')}\n`);
  }
  file.end();
  await finished(file);
  return name;
}

const compare = (reference: string, current: string, more: Partial<CompareRequest> = {}, memoryLimit = '512MB') =>
  compareTables(
    { reference, current, base: folder, alpha: 0.05, minimumEffect: 0.05, ...more },
    { tempFolder: join(folder, 'temp'), memoryLimit },
  );

describe('comparing CSV of many columns', () => {
  it('names the column that moved in tables of 10,000, with 512 MB for the database, and leaves nothing behind', async () => {
    const reference = await writeWide('a.csv', 10_000, 1);
    // A sixth of the columns, from all over the table: statistics of the others would add nothing but time.
    const columns = Array.from({ length: 10_000 }, (_, at) => `f,${at}`).filter(
      (_, at) => at % 6 === 0 || at % 100 === 3,
    );
    const found = await compare(reference, await writeWide('b.csv', 10_000, 2, 7_776), { columns });
    expect(found.findings.map(({ code, column }) => `${code} ${column}`)).toEqual(['shifted f,7776']);
    expect(found.current).toMatchObject({ rows, columns: 10_000 });
    expect(found.columns.filter(({ kind }) => kind === 'categorical')).toHaveLength(100);
    expect(await readdir(join(folder, 'temp'))).toEqual([]);
  }, 60_000);

  it('finds the same as in Parquet', async () => {
    const names = [await writeWide('c.csv', 1_100, 3), await writeWide('d.csv', 1_100, 4, 52)];
    await withDatabase({ tempFolder: join(folder, 'temp') }, async ({ run }) => {
      for (const name of names)
        await run(
          `COPY (FROM read_csv('${join(folder, name)}', all_varchar = false)) TO '${join(folder, name)}.parquet' (FORMAT parquet)`,
        );
    });
    const [reference = '', current = ''] = names;
    const typed = await compare(`${reference}.parquet`, `${current}.parquet`, {}, '2GB');
    const split = await compare(reference, current);
    const measured = ({ columns }: typeof split) => columns.map(({ types: _, ...column }) => column);
    expect(measured(split)).toEqual(measured(typed));
  }, 60_000);

  it('names the file and the line of a row that has not the columns of the header', async () => {
    const text = await readFile(join(folder, await writeWide('e.csv', 1_100, 5)), 'utf8');
    await writeFile(
      join(folder, 'short.csv'),
      text
        .split('\n')
        .slice(0, 9)
        .join('\n')
        .replace(/,[^,]*$/, ''),
    );
    await expect(compare('e.csv', 'short.csv')).rejects.toMatchObject({
      code: 'PRN-DATASET-002',
      message: expect.stringMatching(/short\.csv cannot be read: line 9 has 1,099 values/),
    });
  });
});
