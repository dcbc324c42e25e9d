import { describe, expect, test } from 'vitest';
import { planCodes } from '../../../src/errors/codes/plan.ts';
import { formatProblems } from '../../../src/plan/format.ts';
import type { Problem } from '../../../src/plan/problem.ts';
import { baseText, plant, unmark } from './base-for-test.ts';
import { type Mistake, ruleMistakes, shapeMistakes, syntaxMistakes } from './mistakes.ts';
import { read, sha256 } from './read-for-test.ts';

function problemsOf(text: string): readonly Problem[] {
  const result = read(text);
  return result.ok ? [] : result.problems;
}

const placeOf = ({ line, column, endColumn }: Problem) => `${line}:${column}-${endColumn}`;

describe('readModelFile', () => {
  test('reads a right file with comments and a trailing comma', () => {
    const result = read(baseText.replace('"rounds": 5 } }', '"rounds": 5 }, }'));
    expect(result.ok && result.plan.file.plan.boosted).toMatchObject({
      kind: 'train',
      timeout: '1h',
      sweep: { parallel: 1 },
    });
    expect(result.ok && result.plan.base).toBe('/models');
  });

  describe.each([
    ['mistakes of shape', shapeMistakes],
    ['broken rules', ruleMistakes],
    ['broken JSON', syntaxMistakes],
  ])('finds %s, each as one problem at its place with a cure', (_, mistakes) => {
    test.each(mistakes.map((mistake) => [mistake[2], mistake[1], mistake] as const))('%s %s', (code, __, mistake) => {
      expectOnly(mistake, code);
    });
  });

  test('has a mistake planted for every code it can answer with', () => {
    const planted = [...shapeMistakes, ...ruleMistakes, ...syntaxMistakes].map(([, , code]) => code);
    expect(planted.length).toBeGreaterThan(100);
    expect([...new Set(planted), 'PRN-PLAN-032'].sort()).toEqual(Object.keys(planCodes).sort());
  });

  test('finds five mistakes of different kinds in one pass, all at their places', () => {
    const { text, places } = plant(
      ['"maturesAfter": "1d"', '"maturesAfter": «"1 day"»'],
      ['"falseAlarmRate": 0.01', '«"falseAlarmRat"»: 0.01'],
      ['"needs": ["own"]', '"needs": [«"ownn"»]'],
      ['"float": [0.01, 0.3]', '"float": [«0», 0.3]'],
      ['{ "weight": 1 }', '{ "weight": «0.9» }'],
    );
    const problems = problemsOf(text);
    expect(problems.map(placeOf)).toEqual(places);
    expect(problems.map(({ code }) => code)).toEqual([
      'PRN-PLAN-006',
      'PRN-PLAN-007',
      'PRN-PLAN-010',
      'PRN-PLAN-014',
      'PRN-PLAN-024',
    ]);
  });

  test('finds several breaches of JSON at once, and mistakes of content beside a missing comma', () => {
    const broken = unmark('{\n "a": «tru»,\n "b": «.5»,\n «c»: 1\n}\n');
    expect(problemsOf(broken.text).map(placeOf)).toEqual(broken.places);
    const { text, places } = plant(['"parquet", "uri"', '«"parkett"» «"uri"»']);
    expect(problemsOf(text).map(placeOf)).toEqual(places);
  });

  test.each(['', '   \n', '// only a comment\n'])('says of %j that it is empty', (text) => {
    expect(problemsOf(text)).toMatchObject([
      { code: 'PRN-PLAN-001', line: 1, column: 1, message: 'the model file is empty' },
    ]);
  });

  test.each(['[]', '"model"', 'null'])('says of %s that a model file is an object', (text) => {
    expect(problemsOf(text)).toMatchObject([{ code: 'PRN-PLAN-004', line: 1, column: 1 }]);
  });

  test('names a circle of stages in its order', () => {
    const { text } = plant(['"seed": 7', '"needs": ["report", "snapshot"]']);
    expect(problemsOf(text)[0]?.message).toBe('stages wait for each other: own needs report needs own');
  });

  test('counts columns the same with a byte-order mark, carriage returns and tabs', () => {
    const { text, places } = plant(['"seed": 7', '"seed": «7.5»']);
    const problems = problemsOf(`\uFEFF${text.replaceAll('\n', '\r\n')}`);
    expect(problems.map(placeOf)).toEqual(places);
    expect(problemsOf('{\t"modell": 1 }').map(placeOf)).toContain('1:3-11');
  });

  test('survives any cut of a right file without throwing', () => {
    for (let end = 0; end < baseText.length - 2; end += 7)
      expect(problemsOf(baseText.slice(0, end)).length).toBeGreaterThan(0);
  });
});

describe('the digest of a plan', () => {
  const digest = (text: string) => {
    const result = read(text);
    return result.ok ? result.plan.digest : 'not read';
  };

  test('is the same for the same content, however it is written', () => {
    const { $schema, ...content } = JSON.parse(baseText.replace(/^ *\/\/.*$/m, ''));
    expect(digest(JSON.stringify(content))).toBe(digest(baseText));
    const { model, data, ...others } = content;
    expect(digest(JSON.stringify({ ...others, data: Object.fromEntries(Object.entries(data).reverse()), model }))).toBe(
      digest(baseText),
    );
    const features = Object.fromEntries(Object.entries(data.features).reverse());
    expect(digest(JSON.stringify({ ...content, data: { ...data, features } }))).toBe(digest(baseText));
    expect(digest(baseText)).toHaveLength(sha256('').length);
  });

  test('differs for any change, also of what a stage without written needs waits for', () => {
    expect(digest(baseText.replace('"seed": 7', '"seed": 8'))).not.toBe(digest(baseText));
    const early = '"prepare": { "kind": "command", "run": ["x"] },';
    const before = digest(baseText.replace('"boosted": {', `${early} "boosted": {`));
    const after = digest(baseText.replace('"own": {', `${early} "own": {`));
    expect(before).not.toBe(after);
  });
});

function expectOnly([find, write, , hint]: Mistake, code: string): void {
  const { text, places } = plant([find, write]);
  const problems = problemsOf(text);
  const report = formatProblems(problems, { color: false });
  expect(
    problems.map((problem) => `${placeOf(problem)} ${problem.code}`),
    report,
  ).toEqual([`${places[0]} ${code}`]);
  expect(problems[0]?.hint).toContain(hint ?? '');
}
