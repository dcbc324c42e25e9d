import { canonicalJson } from './canonical.ts';
import { completeNeeds, inOrder } from './order.ts';
import type { CompiledPlan, PlannedStage } from './plan.ts';
import type { ModelFile } from './schema.ts';

/**
 * Puts the stages of a model file, which must be right, in order and names the result by its content. `$schema` does not
 * count, and neither does the order of keys, except where it decides which stage waits for which.
 */
export function compilePlan(
  file: ModelFile,
  options: { readonly base: string; readonly sha256: (text: string) => string },
): CompiledPlan {
  const stages = plannedStages(file);
  const { $schema: _, ...content } = file;
  const needs = Object.fromEntries(stages.map((stage) => [stage.name, stage.needs]));
  return { digest: options.sha256(canonicalJson({ file: content, needs })), base: options.base, file, stages };
}

function plannedStages({ plan }: ModelFile): PlannedStage[] {
  const needs = completeNeeds(Object.entries(plan).map(([name, { kind, needs }]) => ({ name, kind, needs })));
  return inOrder(needs).order.flatMap((name) => {
    const spec = plan[name];
    return spec ? [{ name, needs: needs.get(name) ?? [], spec }] : [];
  });
}
