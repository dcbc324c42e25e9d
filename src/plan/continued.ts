import type { CompiledPlan } from './plan.ts';
import type { TrainStage } from './schema.ts';

/**
 * The plan of a run that goes on with a sweep that has ended. The digest stays that of the plan it was made from.
 * @param on trials: how many are to have finished in all
 * @returns null where the stage has no sweep
 */
export function continuedPlan(
  plan: CompiledPlan,
  on: { readonly stage: string; readonly run: string; readonly trials: number },
): CompiledPlan | null {
  const found = plan.stages.find(({ name }) => name === on.stage)?.spec;
  if (found?.kind !== 'train' || !found.sweep) return null;
  const spec: TrainStage = { ...found, sweep: { ...found.sweep, trials: on.trials, continues: on.run } };
  return {
    ...plan,
    stages: plan.stages.map((stage) => (stage.name === on.stage ? { ...stage, spec } : stage)),
    file: { ...plan.file, plan: { ...plan.file.plan, [on.stage]: spec } },
  };
}
