import { describe, expect, test } from 'vitest';
import { diffPlans, formatChange } from '../../../src/plan/diff.ts';
import type { ModelFile } from '../../../src/plan/schema.ts';
import { baseText, plant } from './base-for-test.ts';
import { read } from './read-for-test.ts';

function fileOf(text: string): ModelFile {
  const result = read(text);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.plan.file;
}

const base = fileOf(baseText);
const changesTo = (...replacements: (readonly [string, string])[]) =>
  diffPlans(base, fileOf(plant(...replacements).text)).map(formatChange);

describe('diffPlans', () => {
  test('finds nothing between equal files, whatever their comments and order', () => {
    expect(diffPlans(base, fileOf(baseText.replace('// comments are allowed', '')))).toEqual([]);
    expect(
      changesTo(
        ['"kind": "train", "trainer": { "command"', '"trainer": { "command"'],
        ['"seed": 7', '"seed": 7, "kind": "train"'],
      ),
    ).toEqual([]);
    expect(changesTo(['"$schema": "../schema/model.schema.json",', ''])).toEqual([]);
  });

  test('tells single values by their path', () => {
    expect(changesTo(['"trials": 8', '"trials": 40'], ['"atLeast": 0.65', '"atLeast": 0.7'])).toEqual([
      '~ plan.boosted.sweep.trials  8 → 40',
      '~ plan.evaluate.gates[0].atLeast  0.65 → 0.7',
    ]);
  });

  test('tells ranges and lists of names as a whole', () => {
    expect(changesTo(['"int": [3, 10]', '"int": [3, 12]'], ['["tailnum"]', '["tailnum", "pilot"]'])).toEqual([
      '~ data.sensitive  ["tailnum"] → ["tailnum","pilot"]',
      '~ plan.boosted.sweep.space.depth.int  [3,10] → [3,12]',
    ]);
  });

  test('tells a new and a removed stage, feature or gate as one change', () => {
    const changes = changesTo(
      ['"carrier": { "type": "categorical" }', '"dest": { "type": "categorical" }'],
      ['        { "metric": "auc", "atLeast": 0.65 },\n', ''],
      ['"own": {', '"linear": { "kind": "train", "trainer": "logistic-regression" }, "own": {'],
    );
    expect(changes.filter((change) => /^[+-]/.test(change))).toEqual([
      '+ data.features.dest  {"type":"categorical"}',
      '- data.features.carrier  {"type":"categorical"}',
      expect.stringMatching(/^\+ plan\.linear {2}\{"kind":"train".*…$/),
      expect.stringMatching(/^- plan\.evaluate\.gates\[0\] {2}\{"metric":"auc","atLeast":0\.65/),
    ]);
  });

  test('lists the entries of every section when there was no file before', () => {
    const paths = diffPlans(null, base).map(({ path, before }) => `${path} ${before}`);
    expect(paths).toContain('model undefined');
    expect(paths).toContain('plan.boosted undefined');
    expect(paths).toContain('check.window undefined');
  });
});
