import { describe, expect, it } from 'vitest';
import { decidedValue, predictsAlone } from '../../../src/leakage/alone.ts';
import { findLeaks } from '../../../src/leakage/find-leaks.ts';
import type { BinTally, LeakTallies } from '../../../src/leakage/leakage.ts';
import { schemaChanges } from '../../../src/leakage/schema-change.ts';

type Part = BinTally['part'];
const bin = (name: string, part: Part, label: string, n: number): BinTally => {
  return { bin: name, part, label, n, sum: 0, sumOfSquares: 0 };
};
/** Rows of a regression in one bin: so many of each of these values. */
const values = (name: string, part: Part, some: readonly number[], each: number): BinTally => {
  const sum = each * some.reduce((total, value) => total + value, 0);
  const sumOfSquares = each * some.reduce((total, value) => total + value ** 2, 0);
  return { bin: name, part, label: '', n: each * some.length, sum, sumOfSquares };
};

describe('a feature by itself', () => {
  it('is as strong as the area under its ROC curve, ties counting half', () => {
    const learnt = [
      bin('a', 'learn', '1', 80),
      bin('a', 'learn', '0', 20),
      bin('b', 'learn', '1', 20),
      bin('b', 'learn', '0', 80),
    ];
    const judged = [
      bin('a', 'holdout', '1', 60),
      bin('a', 'holdout', '0', 40),
      bin('b', 'holdout', '1', 30),
      bin('b', 'holdout', '0', 70),
    ];
    // 90 positives, 110 negatives: (60 × (70 + 40/2) + 30 × (70/2)) / 9,900.
    const area = (60 * (70 + 20) + 30 * 35) / 9_900;
    const found = predictsAlone('binary-classification', [...learnt, ...judged]);
    expect(found).toMatchObject({ part: 'holdout', n: 200 });
    expect(found?.strength).toBeCloseTo(area, 12);
  });

  it('counts values that were never learnt as usual, and takes the best of several classes', () => {
    const classes = ['x', 'y', 'z'];
    const learnt = classes.flatMap((label) => [bin(label === 'x' ? 'one' : 'other', 'learn', label, 100)]);
    const judged = [bin('one', 'training', 'x', 50), ...['y', 'z'].map((label) => bin('other', 'training', label, 50))];
    expect(predictsAlone('multiclass-classification', [...learnt, ...judged])?.strength).toBe(1);
    const unknown = [bin('new', 'training', 'x', 50), bin('new', 'training', 'y', 50)];
    expect(predictsAlone('multiclass-classification', [...learnt, ...unknown])?.strength).toBe(0.5);
  });

  it('explains of a regression what the means of its values explain', () => {
    const learnt = [values('low', 'learn', [0, 2], 50), values('high', 'learn', [10, 12], 50)];
    const judged = [values('low', 'holdout', [0, 2], 40), values('high', 'holdout', [10, 12], 40)];
    // Within: 1 each; of 26 in all.
    expect(predictsAlone('regression', [...learnt, ...judged])?.strength).toBeCloseTo(1 - 1 / 26, 12);
  });

  it('is not judged on too few rows, nor on too few of a class', () => {
    expect(
      predictsAlone('binary-classification', [bin('a', 'holdout', '1', 50), bin('b', 'holdout', '0', 49)]),
    ).toBeNull();
    expect(
      predictsAlone('binary-classification', [bin('a', 'holdout', '1', 19), bin('b', 'holdout', '0', 200)]),
    ).toBeNull();
  });

  it('decides where a value always comes with one label, unless nearly every row has it', () => {
    const rows = [bin('ok', 'learn', '1', 500), bin('ok', 'learn', '0', 500), bin('gone', 'learn', '1', 120)];
    expect(decidedValue(rows)).toMatchObject({ bin: 'gone', label: '1', n: 120 });
    expect(decidedValue([...rows, bin('gone', 'holdout', '0', 1)])).toBeNull();
    expect(
      decidedValue([bin('ok', 'learn', '0', 5), bin('ok', 'learn', '1', 9_000), bin('gone', 'learn', '1', 900)]),
    ).toBeNull();
  });
});

describe('leaks between the parts', () => {
  const none = { rows: 1_000, seen: 0, examples: [] };
  const clean: LeakTallies = {
    features: {},
    ...{ byId: none, byContent: none, repeats: none },
    lastTrained: '2026-01-01T00:00:00.000Z',
    firstHeldOut: '2026-01-02T00:00:00.000Z',
  };
  const found = (tallies: Partial<LeakTallies>) =>
    findLeaks('binary-classification', { ...clean, ...tallies }, { alone: 0.95, trusted: [] });

  it('are none where rows repeat as they always do', () => {
    const repeating = { rows: 1_000, seen: 300, examples: ['a'] };
    expect(found({ byContent: repeating, repeats: { ...repeating, seen: 290 } })).toEqual([]);
    expect(found({ byContent: repeating })).toMatchObject([{ code: 'seen-by-content', severity: 'critical' }]);
    expect(found({ byContent: { ...repeating, seen: 25 } })).toMatchObject([{ severity: 'warning' }]);
  });

  it('are told worst first, and not of features that are trusted', () => {
    const leaky = [
      bin('a', 'learn', '1', 200),
      bin('b', 'learn', '0', 200),
      bin('a', 'holdout', '1', 100),
      bin('b', 'holdout', '0', 100),
    ];
    const tallies = { ...clean, features: { leaky, trusted: leaky } };
    const rules = { alone: 0.95, trusted: ['trusted'] };
    expect(findLeaks('binary-classification', tallies, rules)).toMatchObject([
      { code: 'predicts-alone', column: 'leaky' },
    ]);
  });
});

describe('a changed schema', () => {
  it('is told: a column with another type, one that came, one that went', () => {
    const before = [
      { name: 'a', type: 'DOUBLE' },
      { name: 'b', type: 'DOUBLE' },
      { name: 'c', type: 'VARCHAR' },
    ];
    const after = [
      { name: 'a', type: 'DOUBLE' },
      { name: 'b', type: 'VARCHAR' },
      { name: 'd', type: 'VARCHAR' },
    ];
    expect(schemaChanges(before, after).map(({ column, severity }) => [column, severity])).toEqual([
      ['b', 'warning'],
      ['c', 'info'],
      ['d', 'info'],
    ]);
    expect(schemaChanges(before, before)).toEqual([]);
  });
});
