import { describe, expect, it } from 'vitest';
import type { ColumnTable } from '../../../src/dataset/dataset.ts';
import { compareWindows } from '../../../src/drift/compare-windows.ts';
import { type Random, seededRandom } from '../../../src/evaluation/random.ts';
import type { Feature } from '../../../src/plan/schema.ts';

const runs = 250;
const alpha = 0.05;

/** Ten numbers (two of them with missing values), two of few levels, and three category columns of 3 to 100 levels. */
const features: Record<string, Feature> = Object.fromEntries([
  ...Array.from({ length: 12 }, (_, at): [string, Feature] => [`n${at}`, { type: 'numeric' }]),
  ...[3, 10, 100].map((levels): [string, Feature] => [`c${levels}`, { type: 'categorical' }]),
]);

describe('a look at data that did not change', () => {
  it('alarms in at most 6 % of looks at a stated 5 %, without help from the effect gate', () => {
    const random = seededRandom(2024);
    let alarms = 0;
    for (let run = 0; run < runs; run += 1)
      if (looks(random, 1_500, 800, 0).some(({ drifted }) => drifted)) alarms += 1;
    expect(alarms / runs).toBeLessThanOrEqual(0.06);
  });
});

describe('a look at data in which one of fifteen columns moved by a fifth of a standard deviation', () => {
  it('finds that column in at least 80 % of looks', () => {
    const random = seededRandom(7);
    let hits = 0;
    for (let run = 0; run < 100; run += 1) if (looks(random, 1_500, 1_000, 0.2)[0]?.drifted) hits += 1;
    expect(hits).toBeGreaterThanOrEqual(80);
  });
});

function looks(random: Random, reference: number, current: number, shift: number): { readonly drifted: boolean }[] {
  const input = { reference: draw(random, reference, 0), current: draw(random, current, shift), features, alpha };
  return compareWindows({ ...input, minimumEffect: 0 }).columns;
}

function draw(random: Random, rows: number, shift: number): ColumnTable {
  const columns: Record<string, (number | string | null)[]> = {};
  for (const name of Object.keys(features)) {
    const at = Number(name.slice(1));
    columns[name] = Array.from({ length: rows }, () => {
      if (name.startsWith('c')) return `v${Math.floor(at * random() * random())}`;
      if (at >= 10) return Math.floor(4 * random());
      if (at >= 8 && random() < 0.1) return null;
      return normal(random) + (at === 0 ? shift : 0);
    });
  }
  return { rows, columns };
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
