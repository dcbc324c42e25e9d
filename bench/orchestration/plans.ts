import { createHash } from 'node:crypto';
import { compilePlan } from '../../src/plan/compile.ts';
import type { CompiledPlan } from '../../src/plan/plan.ts';
import { modelFile } from '../../src/plan/schema.ts';

export const model = 'bench';

export const shapes = ['chain', 'fan'] as const;
export type Shape = (typeof shapes)[number];

/** How many steps each shape has. */
export const steps: Readonly<Record<Shape, number>> = { chain: 20, fan: 100 };

/** A model that can be applied; runs of the bench bring plans of their own. */
export const registeredModel = {
  model,
  task: 'binary-classification',
  data: {
    source: { format: 'csv', uri: 'data/{date}.csv' },
    time: 'at',
    id: 'id',
    label: { column: 'bought' },
    features: { age: { type: 'numeric' } },
  },
  plan: {
    snapshot: { kind: 'snapshot', window: '60d', holdout: '14d' },
    train: { kind: 'train', trainer: 'logistic-regression' },
    evaluate: { kind: 'evaluate', gates: [{ metric: 'auc', atLeast: 0.6 }] },
  },
} as const;

/** Stages that call an activity which does nothing: one after the other, or side by side. */
export function activityPlan(shape: Shape, queue: string): CompiledPlan {
  return planOf(shape, () => ({ kind: 'activity', activity: 'nothing', queue }));
}

/** Stages in a row that each run a program, which appends "<name> <epoch ms>" to `marks` and takes 0.3 s. */
export function commandPlan(marks: string): CompiledPlan {
  const program = `require('fs').appendFileSync(${JSON.stringify(marks)}, process.argv[1] + ' ' + Date.now() + '\\n'); setTimeout(() => {}, 300)`;
  return planOf('chain', (name) => ({ kind: 'command', run: [process.execPath, '-e', program, name] }));
}

/** Compiled, not read: a file whose plan trains nothing would be refused, but the interpreter does not mind. */
function planOf(shape: Shape, stageOf: (name: string) => object): CompiledPlan {
  const names = Array.from({ length: steps[shape] }, (_, index) => `s${index}`);
  const needs = (index: number) => (shape === 'chain' ? names.slice(Math.max(0, index - 1), index) : []);
  const plan = Object.fromEntries(names.map((name, index) => [name, { ...stageOf(name), needs: needs(index) }]));
  return compilePlan(modelFile.parse({ ...registeredModel, plan }), {
    base: process.cwd(),
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
  });
}
