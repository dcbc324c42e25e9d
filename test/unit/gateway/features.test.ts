import { describe, expect, it } from 'vitest';
import { type FeatureProblem, readRow, refuseProblems, toBatch } from '../../../src/gateway/features.ts';
import type { Signature } from '../../../src/gateway/predictor.ts';

const signature: Signature = {
  task: 'binary-classification',
  features: [
    { name: 'temp', type: 'numeric' },
    { name: 'carrier', type: 'categorical' },
  ],
  classes: [0, 1],
};

function problemsOf(features: Record<string, unknown>): FeatureProblem[] {
  const problems: FeatureProblem[] = [];
  readRow(signature, features, 3, problems);
  return problems;
}

describe('readRow', () => {
  it('reads values in the order of the signature, whatever the order they came in', () => {
    expect(readRow(signature, { carrier: 'AA', temp: 1.5 }, 0, [])).toEqual([1.5, 'AA']);
  });

  it('takes null as a missing value in both types', () => {
    expect(readRow(signature, { carrier: null, temp: null }, 0, [])).toEqual([null, null]);
  });

  it('takes booleans as 0 and 1 and whole numbers as names of categories, as training data does', () => {
    expect(readRow(signature, { carrier: 9, temp: true }, 0, [])).toEqual([1, '9']);
  });

  it.each([
    [{ temp: '1.5', carrier: 'AA' }, 'temp', 'a number or null', 'string "1.5"'],
    [{ temp: 1, carrier: 1.5 }, 'carrier', 'a string, a whole number or null', '1.5'],
    [{ temp: 1, carrier: ['AA'] }, 'carrier', 'a string, a whole number or null', 'array ["AA"]'],
    [{ temp: 1e39, carrier: 'AA' }, 'temp', 'a number or null', '1e+39'],
    [{ temp: Number.POSITIVE_INFINITY, carrier: 'AA' }, 'temp', 'a number or null', 'an infinite number'],
    [{ carrier: 'AA' }, 'temp', 'a number or null', 'nothing'],
  ])('names row, column, what was expected and what came for %j', (features, column, expected, got) => {
    const [problem, ...others] = problemsOf(features);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ row: 3, column, expected });
    expect(problem?.got).toContain(got);
  });

  it('refuses a column that the model does not know, and lists those it knows', () => {
    expect(problemsOf({ temp: 1, carrier: 'AA', wind: 3 })).toMatchObject([
      { column: 'wind', expected: 'one of temp, carrier' },
    ]);
  });

  it('names the missing and the misspelt column together', () => {
    expect(problemsOf({ tmep: 1, carrier: 'AA' }).map(({ column }) => column)).toEqual(['temp', 'tmep']);
  });

  it('lets a column through that only a challenger knows', () => {
    const problems: FeatureProblem[] = [];
    readRow(signature, { temp: 1, carrier: 'AA', wind: 3 }, 0, problems, new Set(['wind']));
    expect(problems).toEqual([]);
  });

  it('does not take inherited properties for columns', () => {
    const odd: Signature = { ...signature, features: [{ name: 'constructor', type: 'numeric' }] };
    const problems: FeatureProblem[] = [];
    readRow(odd, {}, 0, problems);
    expect(problems).toHaveLength(1);
  });
});

describe('refuseProblems', () => {
  it('says nothing about rows that fit', () => {
    expect(() => refuseProblems('m', [])).not.toThrow();
  });

  it('shows ten problems and counts the others', () => {
    const problems = Array.from({ length: 12 }, (_, row) => ({
      row,
      column: 'temp',
      expected: 'a number',
      got: 'nothing',
    }));
    expect(() => refuseProblems('flights', problems)).toThrow(
      /row 9, column "temp": expected a number, got nothing; and 2 more/,
    );
  });
});

it('tells the many columns that a row lacks together, and first what else is wrong with it', () => {
  const lacking = ['a', 'b', 'c', 'd', 'e', 'f'].map((column) => ({
    row: 0,
    column,
    expected: 'a number',
    got: 'nothing',
  }));
  const problems = [...lacking, { row: 0, column: 'temp', expected: 'a number', got: 'string "hot"' }];
  expect(() => refuseProblems('flights', problems)).toThrow(
    'row 0, column "temp": expected a number, got string "hot"; row 0 lacks "a", "b", "c", "d" and 2 more columns.',
  );
});

describe('toBatch', () => {
  it('turns rows into columns', () => {
    const batch = toBatch(signature, [
      [1, 'AA'],
      [null, null],
    ]);
    expect(batch).toEqual({ rows: 2, columns: { temp: [1, null], carrier: ['AA', null] } });
  });
});
