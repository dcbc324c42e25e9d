import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CsvFile, splitColumns } from '../../../../src/dataset/duckdb/split-columns.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-split-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const numbers = Array.from({ length: 99 }, (_, at) => at).values();
const nextNumber = (): number => Number(numbers.next().value);

async function file(content: string | Uint8Array, name = `${nextNumber()}.csv`): Promise<CsvFile> {
  const path = join(folder, name);
  await writeFile(path, content);
  return { path, columns: ['a', 'b', 'c'] };
}

/** The rows as they lie in the only file that three columns need. */
async function split(...files: readonly CsvFile[]): Promise<readonly string[]> {
  const to = join(folder, `to-${nextNumber()}`);
  await mkdir(to);
  const { rows, slices } = await splitColumns(files, to);
  const lines = (await readFile(String(slices[0]?.path), 'utf8')).split('\n').slice(1, -1);
  expect(slices).toHaveLength(1);
  if (!lines.some((line) => line.includes('"'))) expect(lines).toHaveLength(rows);
  return lines;
}

const failure = (...files: readonly CsvFile[]) => split(...files).catch((error: unknown) => error);
const refused = (says: string) => ({ code: 'PRN-DATASET-002', message: expect.stringContaining(says) });

describe('splitting a CSV file by columns', () => {
  it('gives each slice its columns of every row', async () => {
    const columns = Array.from({ length: 1_234 }, (_, at) => `column ${at}`);
    const row = (of: number) => columns.map((_, at) => of * 10_000 + at).join(',');
    const wide = { ...(await file(`${columns.join(',')}\n${row(1)}\n${row(2)}\n`)), columns };
    const { rows, slices } = await splitColumns([wide], await mkdtemp(join(folder, 'wide-')));
    expect(rows).toBe(2);
    expect(slices.flatMap((slice) => slice.columns)).toEqual(columns);
    expect(Math.max(...slices.map((slice) => slice.columns.length))).toBeLessThanOrEqual(100);
    const texts = await Promise.all(slices.map(({ path }) => readFile(path, 'utf8')));
    const rowsOf = (line: number) => texts.map((text) => text.split('\n')[line]).join(',');
    expect([rowsOf(1), rowsOf(2)]).toEqual([row(1), row(2)]);
  });

  it('leaves quotes, commas and line ends inside of quotes, and missing values, as they are spelled', async () => {
    const values = ['1,"x, ""y""",3', ',"",', '"two\r\nlines\nmore",5" pipe,"6" ', '  "7,7",8,9'];
    expect((await split(await file(`a,b,c\n${values.join('\n')}`))).join('\n')).toBe(values.join('\n'));
  });

  it('takes line ends of Windows, a byte order mark, empty lines and a comma at the end of each row', async () => {
    expect(await split(await file('\u{FEFF}a,b,c\r\n1,2,3\r\n\r\n4,5,6,\r\n'))).toEqual(['1,2,3', '4,5,6']);
  });

  it('unpacks gzip', async () => {
    expect(await split(await file(gzipSync('a,b,c\n1,2,3\n'), 'packed.csv.gz'))).toEqual(['1,2,3']);
  });

  it('puts files of another order and of fewer columns into one table', async () => {
    const other = { ...(await file('C,a\n6,4\n')), columns: ['C', 'a'] };
    expect(await split(await file('a,b,c\n1,2,3\n'), other)).toEqual(['1,2,3', '4,,6']);
  });

  it('has no rows where the file has none', async () => {
    expect(await split(await file('a,b,c\n'))).toEqual([]);
  });

  it('names the file and the line of what it cannot read', async () => {
    expect(await failure(await file('a,b,c\n"1\n",2,3\n1,2\n'))).toMatchObject(
      refused('.csv cannot be read: line 4 has 2 values where the header has 3 columns'),
    );
    expect(await failure(await file('a,b,c\n1,2,3\n1,2,3,4\n'))).toMatchObject(refused('line 3 has 4 values'));
    expect(await failure(await file('a,b,c\n1,"2"x,3\n'))).toMatchObject(refused('line 2 has text behind'));
    expect(await failure(await file('a,b,c\n1,2,3\n1,"2,3\n'))).toMatchObject(refused('line 3 begins a quoted value'));
    expect(await failure(await file(`a,b,c\n1,"${'x\n'.repeat(1_100_000)}`))).toMatchObject(refused('line 2 has a'));
    expect(await failure(await file(new Uint8Array([97, 10, 255])))).toMatchObject(refused('cannot be read'));
    expect(await failure(await file('no gzip', 'bad.csv.gz'))).toMatchObject(refused('bad.csv.gz cannot be read'));
  });
});
