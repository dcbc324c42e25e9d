import { describe, expect, it } from 'vitest';
import type { ColumnTable } from '../../../src/dataset/dataset.ts';
import { compareWindows } from '../../../src/drift/compare-windows.ts';
import type { ColumnDrift } from '../../../src/drift/report.ts';
import { type Random, seededRandom } from '../../../src/evaluation/random.ts';
import type { Feature } from '../../../src/plan/schema.ts';

type Column = (number | string | null)[];

const numeric: Feature = { type: 'numeric' };
const categorical: Feature = { type: 'categorical' };

describe('comparing two windows', () => {
  it('finds a shifted number and says how far it moved', () => {
    const found = compareOne(numeric, normals(1, 2_000), normals(2, 1_000, 0.5));
    expect(found).toMatchObject({ drifted: true, test: 'ks', effectName: 'w1/sd' });
    expect(found.effect).toBeCloseTo(0.5, 1);
    expect(found.findings[0]).toMatch(/^moved: median .* → .* \(W1\/sd 0\.\d+, p (<|=)/);
    expect(total(found.histogram.reference)).toBe(2_000);
    expect(total(found.histogram.current)).toBe(1_000);
    expect(found.histogram.labels).toHaveLength(12);
  });

  it('lets a certain but tiny shift pass, and a large but uncertain one', () => {
    const tiny = compareOne(numeric, normals(3, 60_000), normals(4, 60_000, 0.03));
    expect(tiny.adjustedP).toBeLessThan(0.01);
    expect(tiny.drifted).toBe(false);
    const uncertain = compareOne(numeric, normals(5, 20), normals(6, 10, 0.3));
    expect(uncertain.effect).toBeGreaterThan(0.05);
    expect(uncertain.drifted).toBe(false);
  });

  it('finds a changed mix of categories and names what changed most', () => {
    const found = compareOne(categorical, cycle(['a', 'a', 'b', 'c'], 2_000), cycle(['a', 'b', 'b', 'c'], 1_000));
    expect(found).toMatchObject({ drifted: true, test: 'chi-square', effectName: 'tvd', effect: 0.25 });
    expect(found.findings[0]).toMatch(/^moved: [ab] \d+ % → \d+ % \(total variation 0.25/);
  });

  it('shows the twelve most frequent categories and the rest as one', () => {
    const names = Array.from({ length: 30 }, (_, at) => `n${at}`);
    const found = compareOne(categorical, cycle(names, 3_000), cycle(names, 900));
    expect(found.histogram.labels).toHaveLength(13);
    expect(found.histogram.labels[12]).toBe('other');
    expect(total(found.histogram.reference)).toBe(3_000);
  });

  it('gives few distinct numbers a bin each', () => {
    const found = compareOne(numeric, cycle([0, 1, 2], 300), cycle([0, 1], 100));
    expect(found.histogram).toEqual({ labels: ['0', '1', '2'], reference: [100, 100, 100], current: [50, 50, 0] });
  });

  it('alarms on a jump of the missing share and on a broken limit, not on a small change', () => {
    const jump = compareOne(numeric, normals(7, 5_000), withMissing(normals(8, 5_000), 50));
    expect(jump).toMatchObject({ drifted: true, missing: { reference: 0, current: 0.02 } });
    expect(jump.findings).toContain('missing 0 % → 2 %');
    const limit = compareOne(
      { type: 'numeric', missing: { atMost: 0.1 } },
      withMissing(normals(9, 500), 5),
      withMissing(normals(10, 500), 5),
    );
    expect(limit).toMatchObject({ drifted: true, findings: ['missing 20 %, allowed 10 %'] });
    expect(compareOne(numeric, normals(11, 5_000), withMissing(normals(12, 5_000), 200)).drifted).toBe(false);
  });

  it('names new categories and values outside the declared range', () => {
    const fresh = compareOne(categorical, cycle(['a', 'b'], 1_000), [...cycle(['a', 'b'], 990), ...cycle(['z'], 10)]);
    expect(fresh.newCategories).toEqual(['z']);
    expect(fresh.findings).toContain('1 new category in 1 % of rows: z');
    const outside = compareOne({ type: 'numeric', range: [0, 9] }, cycle([1, 2], 100), cycle([1, 2, 99, -1], 100));
    expect(outside.outOfRange).toBe(0.5);
    expect(outside.findings).toContain('50 % of rows outside 0 to 9');
  });

  it('reports an absent column, text in a number column and an all-missing column as missing', () => {
    const gone = compareTables({ rows: 500, columns: { x: normals(1, 500) } }, { rows: 400, columns: {} }, numeric);
    expect(gone).toMatchObject({ drifted: true, statistic: null, pValue: null, missing: { current: 1 } });
    expect(gone.findings).toContain('not in the current window');
    const text = compareOne(numeric, normals(1, 500), cycle(['1.5', 'x'], 400));
    expect(text).toMatchObject({ drifted: true, missing: { current: 1 } });
    expect(text.findings).toContain('100 % of rows hold text instead of numbers');
    const never = compareOne(numeric, cycle([null], 50), cycle([null], 40));
    expect(never).toMatchObject({ drifted: false, pValue: null, effect: null, findings: [] });
  });

  it('has answers for constants, infinities, NaN and empty windows, all of them JSON numbers or null', () => {
    const inf = Number.POSITIVE_INFINITY;
    const results = {
      same: compareOne(numeric, cycle([3], 500), cycle([3], 400)),
      other: compareOne(numeric, cycle([3], 500), cycle([4], 400)),
      stuck: compareOne(numeric, normals(1, 500), cycle([0], 400)),
      infinite: compareOne(numeric, normals(1, 500), cycle([inf, -inf, 0.1], 300)),
      nan: compareOne(numeric, normals(1, 500), cycle([Number.NaN], 300)),
      noCurrent: compareOne(numeric, normals(1, 500), []),
      noReference: compareOne(categorical, [], cycle(['a'], 10)),
      nothing: compareOne(categorical, [], []),
    };
    expect(results.same).toMatchObject({ drifted: false, pValue: 1, effect: 0 });
    expect(results.other).toMatchObject({ drifted: true, effect: 1 });
    expect(results.stuck.findings).toContain('always 0, though the reference varies');
    expect(results.infinite.findings).toContain('200 infinite values');
    expect(results.nan).toMatchObject({ drifted: true, missing: { current: 1 } });
    expect(results.noCurrent).toMatchObject({ drifted: false, pValue: null, missing: { current: 0, pValue: null } });
    expect(results.noReference).toMatchObject({ drifted: false, newCategories: [] });
    for (const result of Object.values(results)) expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it('corrects over all columns and both of their tests', () => {
    const table = (seed: number, rows: number): ColumnTable => ({
      rows,
      columns: { x: normals(seed, rows), y: normals(seed + 1, rows) },
    });
    const { columns } = compareWindows({
      reference: table(20, 300),
      current: table(30, 200),
      features: { x: numeric, y: numeric },
      alpha: 0.05,
    });
    const smallest = columns.reduce((least, one) => ((one.pValue ?? 1) < (least.pValue ?? 1) ? one : least));
    expect(smallest.adjustedP).toBeCloseTo(Math.min(1, 4 * (smallest.pValue ?? 1)), 12);
  });

  it('compares 80,000 with 10,000 rows in 15 columns within a second', () => {
    const features: Record<string, Feature> = {};
    const columns: Record<string, Column> = {};
    for (let at = 0; at < 15; at += 1) {
      features[`c${at}`] = at < 11 ? numeric : categorical;
      columns[`c${at}`] = at < 11 ? normals(at, 80_000) : cycle(['a', 'b', 'c', 'd', 'e'], 80_000);
    }
    const cut = Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, cells.slice(0, 10_000)]));
    const started = process.cpuUsage();
    compareWindows({
      reference: { rows: 80_000, columns },
      current: { rows: 10_000, columns: cut },
      features,
      alpha: 0.01,
    });
    // Processor time, and twice the goal: the tests share the machine.
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(2_000);
  });
});

function compareOne(feature: Feature, reference: Column, current: Column): ColumnDrift {
  return compareTables(
    { rows: reference.length, columns: { x: reference } },
    { rows: current.length, columns: { x: current } },
    feature,
  );
}

function compareTables(reference: ColumnTable, current: ColumnTable, feature: Feature): ColumnDrift {
  return compareWindows({ reference, current, features: { x: feature }, alpha: 0.01 }).columns[0] as ColumnDrift;
}

function normals(seed: number, rows: number, shift = 0): Column {
  const random: Random = seededRandom(seed);
  return Array.from(
    { length: rows },
    () => shift + Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
}

function cycle(values: Column, rows: number): Column {
  return Array.from({ length: rows }, (_, row) => values[row % values.length] as number | string | null);
}

function withMissing(column: Column, every: number): Column {
  return column.map((value, row) => (row % every === 0 ? null : value));
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
