import type { CompiledPlan, PlannedStage } from './plan.ts';
import type { GateEntry, ModelFile, ParameterSpace, ParameterValue, Stage, TrainStage } from './schema.ts';

type Smoke = NonNullable<ModelFile['smoke']>;

/**
 * The plan of a quick run on a pull request: all data and all gates, but few trials and cheap parameters, and nothing is approved or
 * rolled out. Gates that compare with the champion only report: cheap parameters are not meant to beat it. Overrides reach only parameters that a stage already has, so that one list serves different trainers. The
 * digest stays that of the plan it was made from.
 */
export function smokePlan(plan: CompiledPlan): CompiledPlan {
  const smoke = plan.file.smoke ?? { trials: 1, parameters: {} };
  const dropped = droppedStages(plan.stages);
  const stages = plan.stages
    .filter(({ name }) => !dropped.has(name))
    .map((stage) => ({
      ...stage,
      needs: bridged(plan.stages, stage.needs, dropped),
      spec: smokeStage(stage.spec, smoke),
    }));
  const specs = Object.fromEntries(stages.map(({ name, spec }) => [name, spec]));
  // Who asked for it waits for its answer; nobody else is to be woken.
  return { ...plan, stages, file: { ...plan.file, plan: specs, notify: [] } };
}

function smokeStage(spec: Stage, smoke: Smoke): Stage {
  if (spec.kind === 'train') return smokeTraining(spec, smoke);
  if (spec.kind !== 'evaluate') return spec;
  return { ...spec, gates: spec.gates.map((gate) => (namesChampion(gate) ? { ...gate, dryRun: true } : gate)) };
}

/** Itself, or in one of its conditions. */
function namesChampion(gate: GateEntry): boolean {
  if ('any' in gate) return gate.any.some(namesChampion);
  if ('all' in gate) return gate.all.some(namesChampion);
  return gate.versus !== undefined;
}

/** Approvals, roll-outs, and the user's own code after them, which would act on a promotion that never was. */
function droppedStages(stages: readonly PlannedStage[]): ReadonlySet<string> {
  const dropped = new Set<string>();
  for (const { name, needs, spec } of stages) {
    const after = isOwnCode(spec) && needs.some((need) => dropped.has(need));
    if (spec.kind === 'approve' || spec.kind === 'rollout' || after) dropped.add(name);
  }
  return dropped;
}

function isOwnCode({ kind }: Stage): boolean {
  return kind === 'command' || kind === 'activity';
}

/** A need that was dropped is replaced by what it needed itself. */
function bridged(
  stages: readonly PlannedStage[],
  needs: readonly string[],
  dropped: ReadonlySet<string>,
): readonly string[] {
  const kept = needs.flatMap((need) => {
    if (!dropped.has(need)) return [need];
    return bridged(stages, stages.find(({ name }) => name === need)?.needs ?? [], dropped);
  });
  return [...new Set(kept)];
}

function smokeTraining(spec: TrainStage, smoke: Smoke): TrainStage {
  const parameters = overridden(spec.parameters, smoke.parameters, (value) => value);
  if (!spec.sweep) return { ...spec, parameters };
  const trials = Math.min(spec.sweep.trials, smoke.trials);
  const space = overridden<ParameterSpace>(spec.sweep.space, smoke.parameters, (fixed, { when }) => ({
    fixed,
    ...(when ? { when } : {}),
  }));
  return {
    ...spec,
    parameters,
    sweep: { ...spec.sweep, trials, parallel: Math.min(spec.sweep.parallel, trials), space },
  };
}

function overridden<T>(
  own: Readonly<Record<string, T>>,
  overrides: Readonly<Record<string, ParameterValue>>,
  write: (value: ParameterValue, own: T) => T,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(own).map(([name, value]) => {
      const override = overrides[name];
      return [name, override === undefined ? value : write(override, value)];
    }),
  );
}
