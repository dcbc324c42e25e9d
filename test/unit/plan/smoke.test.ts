import { describe, expect, test } from 'vitest';
import type { CompiledPlan } from '../../../src/plan/plan.ts';
import { smokePlan } from '../../../src/plan/smoke.ts';
import { baseText, plant } from './base-for-test.ts';
import { read } from './read-for-test.ts';

function compiled(text: string): CompiledPlan {
  const result = read(text);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.plan;
}

const specOf = (plan: CompiledPlan, name: string) => plan.stages.find((stage) => stage.name === name)?.spec;

describe('smokePlan', () => {
  test('drops approvals and roll-outs, keeps all else in order, and tells nobody', () => {
    const plan = smokePlan(compiled(baseText));
    expect(plan.stages.map(({ name }) => name)).toEqual(['snapshot', 'boosted', 'own', 'report', 'evaluate']);
    expect(Object.keys(plan.file.plan)).toEqual(plan.stages.map(({ name }) => name));
    expect(compiled(baseText).file.notify).not.toEqual([]);
    expect(plan.file.notify).toEqual([]);
  });

  test('reduces trials, and overrides parameters only where a stage has them', () => {
    const text = plant([
      '"trials": 1, "parameters": { "rounds": 5 }',
      '"trials": 2, "parameters": { "rounds": 5, "depth": 3 }',
    ]).text;
    const plan = smokePlan(compiled(text));
    expect(specOf(plan, 'boosted')).toMatchObject({
      parameters: { rounds: 5 },
      sweep: { trials: 2, parallel: 1, space: { depth: { fixed: 3 }, eta: { float: [0.01, 0.3] } } },
    });
    expect(specOf(plan, 'own')).toEqual(specOf(compiled(text), 'own'));
    expect(plan.file.plan.boosted).toEqual(specOf(plan, 'boosted'));
  });

  test('only reports what compares with the champion, also inside of "any" and "all"', () => {
    const absolute = '{ "metric": "auc", "atLeast": 0.6 }';
    const versus = '{ "metric": "auc", "versus": "champion", "by": 0.01 }';
    const gates = JSON.parse(`[${absolute}, ${versus}, { "any": [${absolute}, { "all": [${versus}] }] }]`);
    const plan = compiled(baseText);
    const changed = {
      ...plan,
      stages: plan.stages.map((stage) =>
        stage.spec.kind === 'evaluate' ? { ...stage, spec: { ...stage.spec, gates } } : stage,
      ),
    };
    expect(specOf(smokePlan(changed), 'evaluate')).toMatchObject({
      gates: [{ atLeast: 0.6 }, { versus: 'champion', dryRun: true }, { dryRun: true }],
    });
    expect(specOf(smokePlan(changed), 'evaluate')).not.toMatchObject({ gates: [{ dryRun: true }, {}, {}] });
  });

  test('keeps on what an overridden parameter depends', () => {
    const when = { parameter: 'booster', in: ['dart'] };
    const text = plant(
      ['{ "int": [3, 10] }', `{ "int": [3, 10], "when": ${JSON.stringify(when)} }`],
      ['"parameters": { "rounds": 5 }', '"parameters": { "depth": 3 }'],
    ).text;
    expect(specOf(smokePlan(compiled(text)), 'boosted')).toMatchObject({
      sweep: { space: { depth: { fixed: 3, when } } },
    });
  });

  test('runs one trial when the file has no smoke section', () => {
    const text = plant([',\n  "smoke": { "trials": 1, "parameters": { "rounds": 5 } }', '']).text;
    expect(specOf(smokePlan(compiled(text)), 'boosted')).toMatchObject({
      parameters: { rounds: 120 },
      sweep: { trials: 1 },
    });
  });

  test('drops own code after a roll-out, and bridges other needs over what is dropped', () => {
    const text = plant(
      [
        '"rollout": {',
        '"tell": { "kind": "command", "run": ["x"], "needs": ["approve"] },\n"late": { "kind": "train", "trainer": "xgboost", "needs": ["approve", "own"] },\n"rollout": {',
      ],
      ['"slices": ["origin"],', '"slices": ["origin"], "needs": ["boosted", "own"],'],
    ).text;
    const plan = smokePlan(compiled(text));
    expect(plan.stages.map(({ name }) => name)).not.toContain('tell');
    expect(plan.stages.find(({ name }) => name === 'late')?.needs).toEqual(['evaluate', 'own']);
  });

  test('leaves the plan it was made from as it was', () => {
    const plan = compiled(baseText);
    const before = JSON.stringify(plan);
    expect(smokePlan(plan).digest).toBe(plan.digest);
    expect(JSON.stringify(plan)).toBe(before);
  });
});
