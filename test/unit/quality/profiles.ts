import { type ModelFile, modelFile } from '../../../src/plan/schema.ts';
import type {
  CategoricalProfile,
  NumericProfile,
  PartitionProfile,
  ReferenceProfile,
} from '../../../src/profile/profile.ts';
import { dayMs, defaultRules, type QualityInput } from '../../../src/quality/quality.ts';

/** A model of a price and a colour. */
export function shop(features: Record<string, unknown> = {}, check: Record<string, unknown> = {}): ModelFile {
  return modelFile.parse({
    model: 'shop',
    task: 'binary-classification',
    data: {
      source: { format: 'parquet', uri: '{date}.parquet' },
      time: 'at',
      id: 'id',
      label: { column: 'bought', maturesAfter: '1d' },
      features: { price: { type: 'numeric' }, colour: { type: 'categorical' }, ...features },
    },
    check,
    plan: {},
  });
}

/** Numbers 1 to 100, ten of each, in ten bins. */
export function prices(changes: Partial<NumericProfile> = {}): NumericProfile {
  return {
    kind: 'numeric',
    present: 1_000,
    missing: 0,
    unreadable: 0,
    negativeInfinite: 0,
    positiveInfinite: 0,
    min: 1,
    max: 100,
    mean: 50.5,
    m2: 833_250,
    zeros: 0,
    negatives: 0,
    integers: 1_000,
    bins: [0, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 0],
    ...changes,
  };
}

export function colours(
  counts: Record<string, number> = { red: 500, green: 300, blue: 200 },
  missing = 0,
): CategoricalProfile {
  const present = Object.values(counts).reduce((total, rows) => total + rows, 0);
  return { kind: 'categorical', present, missing, counts, other: 0, distinct: Object.keys(counts).length, untidy: 0 };
}

export function day(changes: Partial<PartitionProfile> = {}): PartitionProfile {
  return {
    rows: 1_000,
    duplicateIds: 0,
    misplaced: 0,
    schema: [
      { name: 'id', type: 'VARCHAR' },
      { name: 'at', type: 'TIMESTAMP' },
      { name: 'price', type: 'BIGINT' },
      { name: 'colour', type: 'VARCHAR' },
      { name: 'bought', type: 'INTEGER' },
    ],
    columns: { price: prices(), colour: colours() },
    ...changes,
  };
}

export const reference: ReferenceProfile = {
  id: 'r',
  window: { from: '2024-01-01T00:00:00.000Z', to: '2024-03-01T00:00:00.000Z' },
  whole: day({
    rows: 60_000,
    columns: { price: manyPrices(), colour: colours({ red: 30_000, green: 18_000, blue: 12_000 }) },
  }),
  edges: { price: [0.99, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100] },
  days: Array.from({ length: 60 }, (_, index) => ({
    day: dayAt('2024-01-01', index),
    rows: 1_000,
    columns: { price: { meanRank: 0.5, missing: 0, cells: [] }, colour: { meanRank: null, missing: 0, cells: [] } },
  })),
};

function manyPrices(): NumericProfile {
  const bins = prices().bins.map((rows) => rows * 60);
  return prices({ present: 60_000, integers: 60_000, m2: 833_250 * 60, bins });
}

/** A check at 06:00 after seven days, each as it should be but for those that `days` replaces (0 is the first; null: no file). */
export function input(
  days: Readonly<Record<number, PartitionProfile | null>> = {},
  { file = shop(), ...changes }: Partial<QualityInput> & { readonly file?: ModelFile } = {},
): QualityInput {
  const first = '2024-03-04';
  const list = Array.from({ length: 7 }, (_, index) => {
    const profile = days[index];
    return { day: dayAt(first, index), profile: profile === undefined ? numbered(index) : profile };
  });
  return {
    data: file.data,
    reference,
    current: day({ rows: 7_000 }),
    days: list,
    history: Array.from({ length: 28 }, (_, back) => ({
      day: dayAt(first, -1 - back),
      rows: 1_000,
      content: null,
      schema: day().schema,
    })),
    rules: defaultRules,
    asOf: `${dayAt(first, 7)}T06:00:00.000Z`,
    ...changes,
  };
}

/** Days of real data are never the same. */
function numbered(index: number): PartitionProfile {
  const bins = prices().bins.map((rows, bin) => (bin === 1 ? rows + index : bin === 2 ? rows - index : rows));
  return day({ columns: { price: prices({ bins }), colour: colours() } });
}

export function dayAt(first: string, days: number): string {
  return new Date(Date.parse(first) + days * dayMs).toISOString().slice(0, 10);
}
