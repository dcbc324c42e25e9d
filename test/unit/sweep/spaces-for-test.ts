import fc from 'fast-check';
import type { ParameterSpace, ParameterValue } from '../../../src/plan/schema.ts';
import type { Parameters, Space } from '../../../src/sweep/space.ts';

const number = fc.integer({ min: -50, max: 50 });
const free: fc.Arbitrary<ParameterSpace> = fc.oneof(
  fc.record({ from: number, width: fc.integer({ min: 1, max: 40 }), step: fc.integer({ min: 1, max: 5 }) }).map(
    ({ from, width, step }): ParameterSpace => ({
      int: [from, from + width],
      log: false,
      ...(step <= width ? { step } : {}),
    }),
  ),
  fc
    .record({ from: fc.integer({ min: 1, max: 9 }), times: fc.integer({ min: 2, max: 1000 }), whole: fc.boolean() })
    .map(({ from, times, whole }): ParameterSpace => {
      const range: [number, number] = [from, from * times];
      return whole ? { int: range, log: true } : { float: range, log: true };
    }),
  fc
    .record({ from: number, cells: fc.integer({ min: 1, max: 30 }), step: fc.constantFrom(0, 0.1, 0.25, 3) })
    .map(({ from, cells, step }): ParameterSpace => {
      const range: [number, number] = [from, from + cells * (step || 1) + step / 3];
      return step > 0 ? { float: range, step, log: false } : { float: range, log: false };
    }),
  fc
    .uniqueArray(fc.oneof(fc.string(), number, fc.boolean()), { minLength: 1, maxLength: 4 })
    .map((choice) => ({ choice })),
  fc.oneof(fc.string(), number, fc.boolean()).map((fixed) => ({ fixed })),
);

/** Spaces of up to seven parameters, some of which depend on one before them; names do not tell the order. */
export const anySpace: fc.Arbitrary<Space> = fc
  .array(fc.tuple(free, fc.nat(), fc.boolean()), { minLength: 1, maxLength: 7 })
  .map((drawn) => {
    const space: Record<string, ParameterSpace> = {};
    for (const [at, [parameter, pick, depends]] of drawn.entries()) {
      const parents = Object.entries(space).filter(([, other]) => !('float' in other));
      const [name, parent] = parents[pick % Math.max(1, parents.length)] ?? [];
      const key = `p${(at * 5) % 7}`;
      space[key] =
        depends && name && parent ? { ...parameter, when: { parameter: name, in: someOf(parent, pick) } } : parameter;
    }
    return space;
  });

function someOf(parent: ParameterSpace, pick: number): ParameterValue[] {
  if ('fixed' in parent) return [parent.fixed];
  if ('choice' in parent) return parent.choice.slice(0, 1 + (pick % parent.choice.length));
  const [low] = 'int' in parent ? parent.int : parent.float;
  return [low, low + (parent.step ?? 1)];
}

/** What is wrong with a trial of a space; written apart from the sampler's own code. */
export function mistakesOf(space: Space, trial: Parameters): string[] {
  const strange = Object.keys(trial).filter((name) => !(name in space));
  return [
    ...strange.map((name) => `${name} is no parameter`),
    ...Object.entries(space).flatMap(([name, parameter]) => {
      const { when } = parameter;
      const parent = when && trial[when.parameter];
      const belongs = !when || (parent !== undefined && when.in.includes(parent));
      const value = trial[name];
      if (belongs !== (value !== undefined)) return [`${name} is ${value}, belongs: ${belongs}`];
      return value === undefined || isPossible(parameter, value) ? [] : [`${name} cannot be ${value}`];
    }),
  ];
}

function isPossible(parameter: ParameterSpace, value: ParameterValue): boolean {
  if ('fixed' in parameter) return value === parameter.fixed;
  if ('choice' in parameter) return parameter.choice.includes(value);
  const [low, high] = 'int' in parameter ? parameter.int : parameter.float;
  if (typeof value !== 'number' || value < low || value > high) return false;
  const step = parameter.step ?? ('int' in parameter ? 1 : 0);
  return step === 0 || Math.abs((value - low) / step - Math.round((value - low) / step)) < 1e-6;
}
