import { describe, expect, it } from 'vitest';
import { bundledCatalogue } from '../../../src/compute/catalogue.ts';
import { catalogueChanges } from '../../../src/compute/catalogue-changes.ts';
import { type Catalogue, catalogueText, readCatalogueText } from '../../../src/compute/catalogue-text.ts';
import type { MachineType } from '../../../src/compute/offer.ts';

const machine = (type: string, usdPerHour: number | null, gpu: MachineType['gpu'] = null): MachineType => ({
  ...{ type, vcpus: 4, memoryGiB: 16, architecture: 'x86_64', usdPerHour, gpu, zones: ['eu-west-1a', 'eu-west-1b'] },
});
const catalogue = (...types: readonly MachineType[]): Catalogue => ({
  date: '2026-11-21',
  source: 'a test',
  region: 'eu-west-1',
  zones: ['eu-west-1a', 'eu-west-1b'],
  types,
  spotPrices: new Map([['m.large/eu-west-1a/spot', 0.1234]]),
});

describe('a catalogue as text', () => {
  it('is read as what was written: fractions of GPUs, unknown prices and zones included', () => {
    const part = { name: 'L4', count: 0.125, vramGiB: 2.79 };
    const written = catalogue(machine('g6f.large', 0.2, part), machine('m.large', null), machine('t.large', 1));
    expect(readCatalogueText(catalogueText(written))).toEqual(written);
    const types = bundledCatalogue.types.map((each) => ({ ...each, zones: ['us-east-1a'] }));
    expect(readCatalogueText(catalogueText({ ...bundledCatalogue, types }))).toMatchObject({ types });
  });

  it('says what is wrong with it and where', () => {
    const text = catalogueText(catalogue(machine('m.large', 1)));
    const wrong = (broken: string) => {
      const read = readCatalogueText(broken);
      return 'wrong' in read ? read.wrong : 'nothing';
    };
    expect(wrong(text)).toBe('nothing');
    expect(wrong(text.slice(0, -20))).toMatch(/JSON/);
    expect(wrong(text.replace('"x86_64"', '"sparc"'))).toMatch(/^types\.0\.3: /);
    expect(wrong(text.replace('"2026-11-21"', '"yesterday"'))).toMatch(/^date: /);
    expect(wrong('[]')).toMatch(/^the document: /);
  });
});

it('compares catalogues by types and on-demand prices, the largest move first', () => {
  const before = catalogue(machine('a', 1), machine('b', 2), machine('c', 4), machine('d', null), machine('e', 5));
  const after = catalogue(machine('a', 1.1), machine('b', 2), machine('c', 1), machine('d', 3), machine('f', 6));
  expect(catalogueChanges(before, after)).toEqual({
    added: ['f'],
    gone: ['e'],
    moved: [
      { type: 'c', from: 4, to: 1 },
      { type: 'a', from: 1, to: 1.1 },
    ],
  });
});
