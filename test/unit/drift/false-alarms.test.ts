import { describe, expect, it } from 'vitest';
import { buildComparison } from '../../../src/drift/build-comparison.ts';
import type { ColumnHead, ColumnMeasure } from '../../../src/drift/column-measure.ts';
import { compareCategories } from '../../../src/drift/compare-categories.ts';
import { compareNumbers } from '../../../src/drift/compare-numbers.ts';
import { compareSamples } from '../../../src/drift/compare-samples.ts';
import type { Sample } from '../../../src/drift/ledger.ts';
import { type Random, seededRandom } from '../../../src/evaluation/random.ts';

const runs = 200;

describe('a look at data that did not change', () => {
  it('alarms in at most 6 % of looks at a stated 5 %, without help from the effect gate', async () => {
    const random = seededRandom(2024);
    let alarms = 0;
    for (let run = 0; run < runs; run += 1) if ((await look(random, 1_500, 800, 0)).length > 0) alarms += 1;
    expect(alarms / runs).toBeLessThanOrEqual(0.06);
  }, 300_000);
});

describe('a look at data in which one of fifteen columns moved by a fifth of a standard deviation', () => {
  it('finds that column in at least 80 % of looks', async () => {
    const random = seededRandom(7);
    let hits = 0;
    for (let run = 0; run < 100; run += 1) if ((await look(random, 1_500, 1_000, 0.2)).includes('n0')) hits += 1;
    expect(hits).toBeGreaterThanOrEqual(80);
  }, 300_000);
});

/** Ten numbers (two of them with missing values), two of few levels, and three category columns of 3 to 100 levels: those that drifted. */
async function look(random: Random, reference: number, current: number, shift: number): Promise<string[]> {
  const measures: ColumnMeasure[] = [];
  for (let at = 0; at < 12; at += 1) measures.push(await numbers(random, at, reference, current, shift));
  for (const levels of [3, 10, 100]) measures.push(categories(random, levels, reference, current));
  const table = { name: '', files: 1, rows: reference, columns: measures.length };
  const { columns } = buildComparison({
    ...{ reference: table, current: table, measures, faults: [] },
    alpha: 0.05,
    minimumEffect: 0,
  });
  return columns
    .filter(({ tests }) => tests.some(({ adjustedP }) => adjustedP !== null && adjustedP < 0.05))
    .map(({ column }) => column);
}

async function numbers(random: Random, at: number, reference: number, current: number, shift: number) {
  const draw = (rows: number, by: number): Float64Array =>
    Float64Array.from({ length: rows }, () => {
      if (at >= 10) return Math.floor(4 * random());
      return at >= 8 && random() < 0.1 ? Number.NaN : normal(random) + (at === 0 ? by : 0);
    });
  const [before, after] = [draw(reference, 0), draw(current, shift)];
  const samples = await compareSamples(sample(before), sample(after), before.filter(Number.isFinite));
  const { sizes } = samples;
  return compareNumbers(head(`n${at}`, 'numeric', [sizes.reference, reference], [sizes.current, current]), samples);
}

function categories(random: Random, levels: number, reference: number, current: number): ColumnMeasure {
  const counts = Array.from({ length: levels }, (_, at) => ({ name: `v${at}`, reference: 0, current: 0 }));
  const fill = (side: 'reference' | 'current', rows: number): void => {
    for (let row = 0; row < rows; row += 1) {
      const level = counts[Math.floor(levels * random() * random())];
      if (level !== undefined) level[side] += 1;
    }
  };
  fill('reference', reference);
  fill('current', current);
  return compareCategories(head(`c${levels}`, 'categorical', [reference, reference], [current, current]), counts);
}

type Sizes = readonly [present: number, rows: number];

function head(column: string, kind: ColumnHead['kind'], reference: Sizes, current: Sizes): ColumnHead {
  const side = ([present, rows]: Sizes) => ({ present, missing: rows - present, unreadable: 0 });
  return { column, kind, types: { reference: '', current: '' }, reference: side(reference), current: side(current) };
}

function sample(values: Float64Array): Sample {
  return { size: values.length, scan: async (visit) => visit(values) };
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
