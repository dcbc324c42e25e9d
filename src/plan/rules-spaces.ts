import { type Draft, entriesOf, type ModelDraft, stagesOf } from './draft.ts';
import { gridSize, valuesOf } from './grid.ts';
import type { Finding, Path } from './problem.ts';
import type { ParameterSpace, ParameterValue, TrainStage } from './schema.ts';
import { didYouMean } from './suggest.ts';

type Sweep = NonNullable<TrainStage['sweep']>;
type Spaces = Readonly<Record<string, ParameterSpace>>;

/** Parameters of a sweep may depend on each other as long as that can be fulfilled; steps leave several values; a grid has an end. */
export function spaceRules(draft: ModelDraft): Finding[] {
  return stagesOf(draft, 'train').flatMap(({ name, spec: { sweep } }) => {
    if (!sweep?.space) return [];
    const path = ['plan', name, 'sweep'];
    const whole = Object.entries(sweep.space).flatMap(([key, parameter]) =>
      isWhole(parameter) ? [[key, parameter] as const] : [],
    );
    const space: Spaces = Object.fromEntries(whole);
    const found = Object.entries(space).flatMap(([key, parameter]) => [
      ...stepRules(parameter, [...path, 'space', key]),
      ...whenRules(space, key, [...path, 'space', key, 'when'], Object.keys(sweep.space ?? {})),
    ]);
    const isComplete = found.length === 0 && Object.keys(space).length === Object.keys(sweep.space).length;
    return isComplete ? gridRules(sweep, space, path) : found;
  });
}

/** Not one of its parts was wrong. */
function isWhole(parameter: Draft<ParameterSpace> | undefined): parameter is ParameterSpace {
  if (parameter === undefined) return false;
  const { when } = parameter;
  const range = 'int' in parameter ? parameter.int : 'float' in parameter ? parameter.float : [0, 1];
  const hasRange = range?.length === 2 && range[0] !== undefined && range[1] !== undefined && range[0] < range[1];
  const hasChoice = !('choice' in parameter) || (parameter.choice?.length ?? 0) > 0;
  return hasRange && hasChoice && (when === undefined || (when.parameter !== undefined && when.in !== undefined));
}

function stepRules(parameter: ParameterSpace, path: Path): Finding[] {
  if ('fixed' in parameter || 'choice' in parameter || parameter.step === undefined) return [];
  const [low, high] = 'int' in parameter ? parameter.int : parameter.float;
  const finding = { code: 'PRN-PLAN-033', path: [...path, 'step'], on: 'value' } as const;
  if (parameter.log)
    return [
      { ...finding, message: 'steps of equal length do not go with a logarithm', hint: 'remove "step" or "log"' },
    ];
  if (parameter.step <= high - low) return [];
  const message = `a step of ${parameter.step} leads out of [${low}, ${high}]: only ${low} would be possible`;
  return [{ ...finding, message }];
}

function whenRules(space: Spaces, name: string, path: Path, all: readonly string[]): Finding[] {
  const when = space[name]?.when;
  if (!when) return [];
  const on = 'value' as const;
  if (!all.includes(when.parameter)) {
    const message = `the space has no parameter ${JSON.stringify(when.parameter)}`;
    const others = all.filter((other) => other !== name);
    const hint = didYouMean(when.parameter, others, 'parameters') ?? 'the space has no other parameter';
    return [{ code: 'PRN-PLAN-034', path: [...path, 'parameter'], on, message, hint }];
  }
  const circle = circleFrom(space, name);
  if (circle) {
    const message = `parameters wait for each other in a circle: ${circle.join(' → ')}`;
    return [{ code: 'PRN-PLAN-035', path: [...path, 'parameter'], on, message }];
  }
  const parent = space[when.parameter];
  return parent ? valueRules(parent, when, path) : [];
}

function valueRules(parent: ParameterSpace, when: NonNullable<ParameterSpace['when']>, path: Path): Finding[] {
  const values = 'float' in parent ? null : valuesOf(parent);
  if (!values) {
    const message = `${JSON.stringify(when.parameter)} is any number of a range: a parameter can only depend on a choice or a whole number`;
    return [{ code: 'PRN-PLAN-034', path: [...path, 'parameter'], on: 'value', message }];
  }
  return entriesOf(when.in)
    .filter(([, value]) => !hasValue(parent, value))
    .map(([index, value]): Finding => {
      const message = `${JSON.stringify(when.parameter)} is never ${JSON.stringify(value)}`;
      const hint = `possible: ${described(parent)}`;
      return { code: 'PRN-PLAN-036', path: [...path, 'in', index], on: 'value', message, hint };
    });
}

function hasValue(parent: ParameterSpace, value: ParameterValue): boolean {
  if ('fixed' in parent) return parent.fixed === value;
  if ('choice' in parent) return parent.choice.includes(value);
  const [low, high] = 'int' in parent ? parent.int : parent.float;
  const step = parent.step ?? 1;
  return typeof value === 'number' && value >= low && value <= high && (value - low) % step === 0;
}

function described(parent: ParameterSpace): string {
  if ('fixed' in parent) return JSON.stringify(parent.fixed);
  if ('choice' in parent) return parent.choice.map((value) => JSON.stringify(value)).join(', ');
  const [low, high] = 'int' in parent ? parent.int : parent.float;
  const step = parent.step ?? 1;
  return `${low} to ${high}${step === 1 ? '' : ` in steps of ${step}`}`;
}

/** The way from a parameter along what it depends on, where that comes back to it. */
function circleFrom(space: Spaces, name: string): string[] | null {
  const way = [name];
  for (let next = space[name]?.when?.parameter; next !== undefined; next = space[next]?.when?.parameter) {
    way.push(next);
    if (next === name) return way;
    if (way.indexOf(next) < way.length - 1) return null;
  }
  return null;
}

/** Above this nobody waits for the end. */
const gridAtMost = 1_000_000_000;

function gridRules({ sampler, trials }: Draft<Sweep>, space: Spaces, path: Path): Finding[] {
  if (sampler !== 'grid' || trials === undefined) return [];
  const on = 'value' as const;
  const endless = Object.keys(space).find((name) => space[name] && valuesOf(space[name]) === null);
  if (endless !== undefined) {
    const message = `a grid has no end with ${JSON.stringify(endless)}, which is any number of a range`;
    const hint = 'give it a "step" (without "log") or a "choice", or use "sampler": "random"';
    return [{ code: 'PRN-PLAN-037', path: [...path, 'space', endless], on: 'key', message, hint }];
  }
  const size = gridSize(space) ?? 0;
  if (size > gridAtMost) {
    const message = `the grid has ${size} trials`;
    return [{ code: 'PRN-PLAN-037', path: [...path, 'sampler'], on, message, hint: 'use fewer values, or "random"' }];
  }
  if (trials <= size) return [];
  const message = `the grid of this space has ${size} trials, not ${trials}`;
  return [{ code: 'PRN-PLAN-037', path: [...path, 'trials'], on, message, hint: `write ${size}` }];
}
