import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { tripsModel, workspace } from './workspace.ts';

const window = { from: '2024-03-05T00:00:00Z', to: '2024-03-06T00:00:00Z' };

/** Reads the files of a folder as one CSV source. */
async function read(files: Readonly<Record<string, string | Uint8Array>>) {
  const { folder, datasets } = await workspace();
  await mkdir(join(folder, 'csv'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, 'csv', name), content);
  const file = tripsModel({ source: { format: 'csv', uri: 'csv/*' } });
  return datasets.readWindow({ file, base: folder, window, asOf: '2024-03-08T00:00:00Z' });
}

const row = 'a,2024-03-05 10:00:00,0.25,"x, ""y"""';

describe('a CSV source', () => {
  test.each([
    ['plain', `trip,departure,wind,carrier\n${row}\n`],
    ['without a last line end', `trip,departure,wind,carrier\n${row}`],
    ['with Windows line ends', `trip,departure,wind,carrier\r\n${row}\r\n`],
    ['with a byte order mark', `\u{FEFF}trip,departure,wind,carrier\n${row}\n`],
    ['with a quoted header', `"trip","departure","wind","carrier"\n${row}\n`],
    ['with another order of columns', 'carrier,wind,departure,trip\n"x, ""y""",0.25,2024-03-05 10:00:00,a\n'],
    ['with further columns', `trip,departure,wind,carrier,"a ""b"", c"\n${row},1\n`],
  ])('is read %s', async (_, content) => {
    const { table } = await read({ 'one.csv': content });
    expect(table.columns).toMatchObject({ trip: ['a'], wind: [0.25], carrier: ['x, "y"'] });
  });

  test('is read when it is compressed', async () => {
    const { table } = await read({ 'one.csv.gz': gzipSync(`trip,departure,wind,carrier\n${row}\n`) });
    expect(table.columns).toMatchObject({ trip: ['a'], carrier: ['x, "y"'] });
  });

  test('has the columns of all its files, empty where a file lacks one', async () => {
    const { table, missingColumns } = await read({
      'one.csv': 'trip,departure,wind\na,2024-03-05 10:00:00,1\n',
      'two.csv': 'departure,trip,carrier\n2024-03-05 11:00:00,b,x\n',
    });
    expect(table.columns).toMatchObject({ trip: ['a', 'b'], wind: [1, null], carrier: [null, 'x'] });
    expect(missingColumns).toEqual(['hour', 'late']);
  });

  test.each([
    ['a row of too few values', 'trip,departure,wind\na,2024-03-05 10:00:00,1\nb,2024-03-05\n'],
    ['a quote that is not closed', 'trip,departure,wind\n"a,2024-03-05 10:00:00,1\n'],
    ['no header', ''],
  ])('names the file that has %s', async (_, content) => {
    await expect(read({ 'one.csv': 'trip,departure\na,2024-03-05\n', 'two.csv': content })).rejects.toMatchObject({
      code: 'PRN-DATASET-002',
      details: { file: expect.stringMatching(/csv\/two\.csv$/) },
    });
  });
});
