import type { ParameterSpace, ParameterValue } from './schema.ts';

type Space = Readonly<Record<string, ParameterSpace>>;

/** A parameter's values in order, without writing all of them down. */
interface Values {
  readonly count: number;
  at(index: number): ParameterValue;
}

/** How many different trials a space allows; null where a parameter is any number of a range. */
export function gridSize(space: Space): number | null {
  if (Object.values(space).some((parameter) => valuesOf(parameter) === null)) return null;
  return product(roots(space).map((name) => sizeFrom(space, name)));
}

/**
 * One trial of all that a space allows.
 * @param index below `gridSize`
 */
export function gridTrial(space: Space, index: number): Readonly<Record<string, ParameterValue>> {
  const chosen = new Map<string, ParameterValue>();
  choose(space, roots(space), index, chosen);
  const inOrder = Object.keys(space).filter((name) => chosen.has(name));
  return Object.fromEntries(inOrder.map((name) => [name, chosen.get(name) as ParameterValue]));
}

/** A parameter's possible values; null where it is any number of a range. */
export function valuesOf(parameter: ParameterSpace): Values | null {
  if ('fixed' in parameter) return { count: 1, at: () => parameter.fixed };
  if ('choice' in parameter) {
    const values = [...new Set(parameter.choice)];
    return { count: values.length, at: (index) => values[index] ?? 0 };
  }
  const [low, high] = 'int' in parameter ? parameter.int : parameter.float;
  const step = parameter.step ?? ('int' in parameter ? 1 : 0);
  if (step === 0 || (parameter.log && !('int' in parameter))) return null;
  // Sums of decimal steps fall short by a rounding error.
  const count = Math.max(0, Math.floor((high - low) / step + 1e-9) + 1);
  return { count, at: (index) => Number((low + step * index).toPrecision(12)) };
}

/** Parameters that belong to every trial; by name, so that the order of keys changes nothing. */
function roots(space: Space): string[] {
  return Object.keys(space)
    .filter((name) => !space[name]?.when)
    .sort();
}

/** Parameters that belong to a trial in which `parent` has this value. */
function childrenOf(space: Space, parent: string, value: ParameterValue): string[] {
  return Object.keys(space)
    .filter((name) => space[name]?.when?.parameter === parent && space[name].when.in.includes(value))
    .sort();
}

/** How many ways there are to fill in a parameter and all that depends on it. */
function sizeFrom(space: Space, name: string): number {
  const values = space[name] && valuesOf(space[name]);
  if (!values) return 0;
  const special = conditionValues(space, name, values);
  const sizes = special.map((value) => product(childrenOf(space, name, value).map((child) => sizeFrom(space, child))));
  return sizes.reduce((sum, size) => sum + size, values.count - special.length);
}

/** The values of a parameter on which others depend: few, even where it has thousands. */
function conditionValues(space: Space, name: string, values: Values): ParameterValue[] {
  const named = Object.values(space).flatMap(({ when }) => (when?.parameter === name ? when.in : []));
  return [...new Set(named)].filter((value) => placeOf(values, value) !== null);
}

/** Where a value stands in an ascending range or in a list of choices. */
function placeOf(values: Values, value: ParameterValue): number | null {
  const [first, second] = [values.at(0), values.at(1)];
  const isRange = typeof first === 'number' && typeof second === 'number' && typeof value === 'number';
  const guess = isRange ? Math.round((value - first) / (second - first)) : -1;
  if (guess >= 0 && guess < values.count && values.at(guess) === value) return guess;
  for (let index = 0; index < Math.min(values.count, 1_000); index += 1) if (values.at(index) === value) return index;
  return null;
}

/** Mixed radix: each of the parameters takes a digit of the index, with all that depends on it. */
function choose(space: Space, names: readonly string[], index: number, chosen: Map<string, ParameterValue>): void {
  let rest = index;
  for (const name of names) {
    const size = sizeFrom(space, name);
    chooseOne(space, name, rest % size, chosen);
    rest = Math.floor(rest / size);
  }
}

function chooseOne(space: Space, name: string, index: number, chosen: Map<string, ParameterValue>): void {
  const values = space[name] && valuesOf(space[name]);
  if (!values) return;
  const special = conditionValues(space, name, values);
  let rest = index;
  for (const value of special) {
    const children = childrenOf(space, name, value);
    const size = product(children.map((child) => sizeFrom(space, child)));
    if (rest < size) {
      chosen.set(name, value);
      choose(space, children, rest, chosen);
      return;
    }
    rest -= size;
  }
  // The others by their place, past those that were counted above.
  for (const place of special.map((value) => placeOf(values, value) ?? 0).sort((a, b) => a - b))
    if (place <= rest) rest += 1;
  chosen.set(name, values.at(rest));
}

function product(factors: readonly number[]): number {
  return factors.reduce((all, factor) => all * factor, 1);
}
