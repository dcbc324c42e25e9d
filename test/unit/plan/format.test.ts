import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { formatProblems } from '../../../src/plan/format.ts';
import { formatPath, type Problem } from '../../../src/plan/problem.ts';
import { refusal } from '../../../src/plan/refusal.ts';
import { plant } from './base-for-test.ts';
import { read } from './read-for-test.ts';

function problemsOf(text: string): readonly Problem[] {
  const result = read(text);
  return result.ok ? [] : result.problems;
}

const twoMistakes = problemsOf(plant(['"falseAlarmRate"', '"falseAlarmrat"'], ['"weight": 1 ', '"weight": 2 ']).text);

describe('formatProblems', () => {
  test('shows place, code, sentence, the line with a caret, the cure, and a count', () => {
    expect(formatProblems(twoMistakes, { color: false })).toMatchInlineSnapshot(`
      "m.json:21:5  PRN-PLAN-007  unknown key "falseAlarmrat" in check
        21 │ "falseAlarmrat": 0.01,
           │ ^^^^^^^^^^^^^^^ did you mean "falseAlarmRate"?

      m.json:57:94  PRN-PLAN-008  plan.rollout.steps[2].weight must be above 0 and at most 1, but is 2
        57 │ "steps": [{ "weight": 0.05, "for": "1h" }, { "weight": 0.5, "for": "1h" }, { "weight": 2 }],
           │                                                                                        ^ allowed: above 0 and at most 1

      2 mistakes in m.json; codes are explained in docs/errors.md"
    `);
  });

  test('uses no colour unless asked, and the same words with it', () => {
    const painted = formatProblems(twoMistakes, { color: true });
    expect(painted).toContain('\u001b[');
    expect(stripVTControlCharacters(painted)).toBe(formatProblems(twoMistakes, { color: false }));
  });

  test('cuts a long line around the mistake and keeps the caret under it', () => {
    const long = `{ "owner": "${'x'.repeat(300)}", "modell": "m", "task": "${'y'.repeat(300)}" }`;
    const lines = formatProblems(problemsOf(long), { color: false }).split('\n');
    const at = lines.findIndex((line) => line.includes('unknown key "modell"'));
    const [shown = '', caret = ''] = lines.slice(at + 1);
    expect(shown.length).toBeLessThan(130);
    expect(shown.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('"modell"');
  });

  test('keeps the caret in place on a line with tabs', () => {
    const [, shown = '', caret = ''] = formatProblems(problemsOf('{\n\t"owner":\t7 }').slice(-1), {
      color: false,
    }).split('\n');
    expect(shown.charAt(caret.indexOf('^'))).toBe('7');
  });

  test('is empty for no problems', () => {
    expect(formatProblems([], { color: true })).toBe('');
  });
});

describe('formatPath', () => {
  test('joins keys and indexes, and quotes keys that are no plain words', () => {
    expect(formatPath(['plan', 'boosted', 'space', 'eta', 0])).toBe('plan.boosted.space.eta[0]');
    expect(formatPath(['data', 'features', 'wind speed'])).toBe('data.features["wind speed"]');
    expect(formatPath([])).toBe('');
  });
});

describe('refusal', () => {
  test('names the first problem, counts the others and carries all of them', () => {
    const error = refusal(twoMistakes);
    expect(error.code).toBe('PRN-PLAN-032');
    expect(error.message).toBe('m.json:21:5 PRN-PLAN-007 unknown key "falseAlarmrat" in check, and 1 more');
    expect(error.details.problems).toBe(twoMistakes);
    expect(refusal(twoMistakes.slice(0, 1)).message).not.toContain('more');
  });
});
