import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundledCatalogue } from '../../../src/compute/catalogue.ts';
import type { Catalogue } from '../../../src/compute/catalogue-text.ts';
import { catalogueFile, catalogueReader, writeCatalogue } from '../../../src/platform/catalogue-file.ts';
import { readSettings } from '../../../src/platform/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'perennial-catalogue-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const aFile = () => join(folder, `${++files}`, 'machine-types.json');
const catalogue = (type: string): Catalogue => ({
  ...{ date: '2026-11-21', source: 'a test', region: 'eu-west-1', zones: ['eu-west-1a'], spotPrices: new Map() },
  types: [{ type, vcpus: 4, memoryGiB: 16, architecture: 'x86_64', usdPerHour: 1, gpu: null, zones: ['eu-west-1a'] }],
});
const typesOf = ({ types }: Catalogue) => types.map(({ type }) => type);

describe('the catalogue at hand', () => {
  it('is the bundled one until there is a file, and from then on what the file says, also in a program that runs', async () => {
    const file = aFile();
    const read = catalogueReader(file, 'eu-west-1');
    expect(read()).toBe(bundledCatalogue);
    await writeCatalogue(file, catalogue('m1.large'));
    expect(typesOf(read())).toEqual(['m1.large']);
    expect(read()).toBe(read());
    await writeCatalogue(file, catalogue('m2.large'));
    expect(typesOf(read())).toEqual(['m2.large']);
    rmSync(file);
    expect(read()).toBe(bundledCatalogue);
  });

  it('is not that of another region', async () => {
    const file = aFile();
    await writeCatalogue(file, catalogue('m1.large'));
    expect(catalogueReader(file, 'us-east-1')()).toBe(bundledCatalogue);
    expect(typesOf(catalogueReader(file, null)())).toEqual(['m1.large']);
  });

  it('is refused with the name of its file when it is broken', async () => {
    const file = aFile();
    await writeCatalogue(file, catalogue('m1.large'));
    writeFileSync(file, '{"date": ');
    expect(catalogueReader(file, null)).toThrowError(
      expect.objectContaining({ code: 'PRN-COMPUTE-031', message: expect.stringContaining(file) }),
    );
  });

  it('leaves nothing behind when it cannot be written', async () => {
    const file = aFile();
    await writeCatalogue(file, catalogue('m1.large'));
    const occupied = join(folder, 'occupied');
    await writeCatalogue(join(occupied, 'machine-types.json', 'below'), catalogue('m1.large'));
    await expect(writeCatalogue(join(occupied, 'machine-types.json'), catalogue('m2.large'))).rejects.toThrow();
    expect(readdirSync(occupied)).toEqual(['machine-types.json']);
  });

  it('is never half-written, whenever it is read', async () => {
    const file = aFile();
    const many = { ...bundledCatalogue, types: bundledCatalogue.types.map((each) => ({ ...each, zones: [] })) };
    await writeCatalogue(file, many);
    const read = catalogueReader(file, null);
    let writing = true;
    const writer = (async () => {
      for (let turn = 0; turn < 20; turn++) await writeCatalogue(file, many);
      writing = false;
    })();
    let reads = 0;
    while (writing) {
      expect(read().types.length).toBe(many.types.length);
      reads++;
      await new Promise((tick) => setImmediate(tick));
    }
    await writer;
    expect(reads).toBeGreaterThan(20);
  });
});

it('lies in the folder of the state unless it is told otherwise', () => {
  expect(catalogueFile(readSettings({ PERENNIAL_STATE: 'state' }), '/srv')).toBe('/srv/state/machine-types.json');
  expect(catalogueFile(readSettings({ PERENNIAL_COMPUTE_CATALOGUE: '/etc/types.json' }), '/srv')).toBe(
    '/etc/types.json',
  );
});
