import { type Draft, type ModelDraft, stagesOf } from './draft.ts';
import type { Finding, Path } from './problem.ts';
import { placedConditions } from './rules-conditions.ts';
import type { ParameterSpace } from './schema.ts';

/** Ranges must have room between their ends, sweeps something to vary, weights must rise to 1. */
export function rangeRules(draft: ModelDraft): Finding[] {
  const features = Object.entries(draft.data?.features ?? {}).flatMap(([name, feature]) =>
    feature?.type === 'numeric' ? ordered(feature.range, ['data', 'features', name, 'range']) : [],
  );
  const gates = stagesOf(draft, 'evaluate').flatMap(({ name, spec }) =>
    placedConditions(spec.gates, ['plan', name, 'gates']).flatMap(({ gate, path }) =>
      ordered(gate.between, [...path, 'between']),
    ),
  );
  return [...features, ...gates, ...spaceRules(draft), ...weightRules(draft)];
}

function ordered(range: readonly (number | undefined)[] | undefined, path: Path): Finding[] {
  const [low, high] = range ?? [];
  if (low === undefined || high === undefined) return [];
  if (low < high && Number.isFinite(high - low)) return [];
  if (low < high) {
    const message = `[${low}, ${high}] is too wide: its length is no number`;
    return [{ code: 'PRN-PLAN-009', path, on: 'value', message, hint: 'Choose ends that lie closer together.' }];
  }
  const message = `[${low}, ${high}] is no range: ${low} is not below ${high}`;
  const hint = low > high ? `write [${high}, ${low}]` : undefined;
  return [{ code: 'PRN-PLAN-009', path, on: 'value', message, ...(hint === undefined ? {} : { hint }) }];
}

function spaceRules(draft: ModelDraft): Finding[] {
  return stagesOf(draft, 'train').flatMap(({ name, spec }) => {
    const path = ['plan', name, 'sweep', 'space'];
    const entries = Object.entries(spec.sweep?.space ?? {});
    const fixed = entries.filter(([, parameter]) => parameter !== undefined && 'fixed' in parameter);
    const nothing = spec.sweep?.space !== undefined && fixed.length === entries.length;
    return [
      ...(nothing ? [nothingVaries(name, path)] : []),
      ...entries.flatMap(([key, parameter]) => parameterRules(parameter, [...path, key])),
      ...entries
        .filter(([key]) => spec.parameters?.[key] !== undefined)
        .map(([key]) => givenTwice(key, [...path, key])),
    ];
  });
}

function nothingVaries(stage: string, path: Path): Finding {
  const message = `the sweep of "${stage}" varies nothing: every trial would be the same`;
  return { code: 'PRN-PLAN-023', path, on: 'key', message, hint: 'add a parameter with "int", "float" or "choice"' };
}

function givenTwice(parameter: string, path: Path): Finding {
  const message = `parameter ${JSON.stringify(parameter)} is given under "parameters" and again in the sweep`;
  return { code: 'PRN-PLAN-029', path, on: 'key', message };
}

function parameterRules(parameter: Draft<ParameterSpace> | undefined, path: Path): Finding[] {
  const form = parameter && 'int' in parameter ? 'int' : 'float';
  const range = rangeOf(parameter);
  const wrong = ordered(range, [...path, form]);
  const [low] = range ?? [];
  if (wrong.length > 0 || low === undefined || low > 0) return wrong;
  if (!parameter || !('log' in parameter) || parameter.log !== true) return wrong;
  const message = `a logarithmic range must start above 0, but this one starts at ${low}`;
  return [{ code: 'PRN-PLAN-010', path: [...path, form, 0], on: 'value', message }];
}

function rangeOf(parameter: Draft<ParameterSpace> | undefined): readonly (number | undefined)[] | undefined {
  if (parameter && 'int' in parameter) return parameter.int;
  return parameter && 'float' in parameter ? parameter.float : undefined;
}

function weightRules(draft: ModelDraft): Finding[] {
  return stagesOf(draft, 'rollout').flatMap(({ name, spec }) => {
    const weights = spec.steps?.map((step) => step?.weight) ?? [];
    const place = (index: number) => ['plan', name, 'steps', index, 'weight'];
    const falling = weights.flatMap((weight, index): Finding[] => {
      const before = index > 0 ? weights[index - 1] : undefined;
      if (weight === undefined || before === undefined || weight > before) return [];
      const message = `weight ${weight} is not above ${before}, the one before`;
      return [{ code: 'PRN-PLAN-024', path: place(index), on: 'value', message }];
    });
    const last = weights.at(-1);
    if (last === undefined || last === 1) return falling;
    const message = `the last weight is ${last}: the new version would never get all traffic`;
    return [
      ...falling,
      {
        code: 'PRN-PLAN-024',
        path: place(weights.length - 1),
        on: 'value',
        message,
        hint: 'add a last step { "weight": 1 }',
      },
    ];
  });
}
