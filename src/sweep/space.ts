import type { ParameterSpace, ParameterValue } from '../plan/schema.ts';
import type { Random } from './random.ts';

export type Space = Readonly<Record<string, ParameterSpace>>;
export type Parameters = Readonly<Record<string, ParameterValue>>;

/**
 * One trial, a number for each dimension: a place in [0, 1], or the index of a choice; NaN where the parameter does not belong to the
 * trial because of its `when`.
 */
export type Point = readonly number[];

/** One parameter that varies, with its values as numbers. */
export interface Dimension {
  readonly name: string;
  readonly kind: 'numeric' | 'choice';
  /** Of choices; of numeric dimensions that have only so many values; 0 for all others. */
  readonly count: number;
  readonly when: { readonly parameter: string; readonly in: readonly ParameterValue[] } | null;
  /** NaN for a value that does not belong to the dimension. */
  encode(value: ParameterValue): number;
  decode(point: number): ParameterValue;
}

/** The dimensions of a space, each after the one that it depends on, else by name: the order of keys in a file changes no suggestion. */
export function dimensionsOf(space: Space): Dimension[] {
  const open = Object.entries(space)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, parameter]) => {
      const when = conditionOf(space, parameter);
      return when === 'never' ? [] : dimensionOf(name, parameter, when);
    });
  const placed: Dimension[] = [];
  while (open.length > 0) {
    const isNext = ({ when }: Dimension) => !open.some(({ name }) => name === when?.parameter);
    const next = open.findIndex(isNext);
    placed.push(...open.splice(Math.max(0, next), 1));
  }
  return placed;
}

/** A value of every parameter that belongs to the trial: those fixed, and the others from their points. */
export function parametersAt(space: Space, dimensions: readonly Dimension[], point: Point): Parameters {
  const varied = new Map(
    dimensions.flatMap(({ name, decode }, at) => {
      const place = point[at] ?? Number.NaN;
      return Number.isNaN(place) ? [] : [[name, decode(place)] as const];
    }),
  );
  const entries = Object.entries(space).flatMap(([name, parameter]): [string, ParameterValue][] => {
    if ('fixed' in parameter) {
      const when = conditionOf(space, parameter);
      return when !== 'never' && belongs(when, (of) => varied.get(of)) ? [[name, parameter.fixed]] : [];
    }
    const value = varied.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}

/** The point of a trial, or null where a value does not belong to the space, as after a change of the file. */
export function pointOf(dimensions: readonly Dimension[], parameters: Parameters): Point | null {
  const point: number[] = [];
  for (const { name, when, encode } of dimensions) {
    const value = parameters[name];
    const active = belongs(when, (of) => parameters[of]);
    const place = active && value !== undefined ? encode(value) : Number.NaN;
    if (active && !(place >= 0)) return null;
    point.push(place);
  }
  return point;
}

/** Whether two trials have the same parameters with the same values. */
export function areSame(one: Parameters, other: Parameters): boolean {
  for (const name in one) if (one[name] !== other[name]) return false;
  return Object.keys(one).length === Object.keys(other).length;
}

/** Fills a point dimension by dimension; what does not belong to the trial stays NaN. */
export function fillPoint(
  dimensions: readonly Dimension[],
  place: (dimension: Dimension, at: number) => number,
): number[] {
  const values = new Map<string, ParameterValue>();
  return dimensions.map((dimension, at) => {
    if (!belongs(dimension.when, (of) => values.get(of))) return Number.NaN;
    const here = place(dimension, at);
    values.set(dimension.name, dimension.decode(here));
    return here;
  });
}

/** Evenly distributed over the space. */
export function randomPoint(dimensions: readonly Dimension[], random: Random): number[] {
  return fillPoint(dimensions, (dimension) => spread(dimension, random()));
}

/** A place of the dimension from a number in [0, 1). */
export function spread({ kind, count }: Dimension, share: number): number {
  return kind === 'choice' ? Math.min(count - 1, Math.floor(share * count)) : share;
}

function belongs(
  when: Dimension['when'] | undefined,
  given: (parameter: string) => ParameterValue | undefined,
): boolean {
  if (!when) return true;
  const value = given(when.parameter);
  return value !== undefined && when.in.includes(value);
}

/** On what varies a parameter depends: a condition on one that is fixed either always holds or never. */
function conditionOf(space: Space, { when }: ParameterSpace): Dimension['when'] | 'never' {
  if (!when) return null;
  const parent = space[when.parameter];
  if (!parent) return 'never';
  if (!('fixed' in parent)) return when;
  return when.in.includes(parent.fixed) ? conditionOf(space, parent) : 'never';
}

function dimensionOf(name: string, parameter: ParameterSpace, when: Dimension['when']): Dimension[] {
  if ('fixed' in parameter) return [];
  if ('choice' in parameter) return [choice(name, when, parameter.choice)];
  const whole = 'int' in parameter;
  const [low, high] = whole ? parameter.int : parameter.float;
  const step = parameter.step ?? (whole ? 1 : 0);
  if (step > 0 && !parameter.log) return [stepped(name, when, low, { step, cells: cellsOf(low, high, step) })];
  return [continuous(name, when, low, high, { whole, log: parameter.log })];
}

function choice(name: string, when: Dimension['when'], values: readonly ParameterValue[]): Dimension {
  const encode = (value: ParameterValue) => {
    const index = values.indexOf(value);
    return index < 0 ? Number.NaN : index;
  };
  const decode = (index: number) => values[index] ?? values[0] ?? 0;
  return { name, kind: 'choice', count: values.length, when, encode, decode };
}

/** How many values a stepped range has; sums of decimal steps fall short by a rounding error. */
function cellsOf(low: number, high: number, step: number): number {
  return Math.floor((high - low) / step + 1e-9) + 1;
}

/** Every value has a cell of the same width: without half a step at both ends the lowest and highest would be drawn half as often. */
function stepped(
  name: string,
  when: Dimension['when'],
  low: number,
  { step, cells }: { readonly step: number; readonly cells: number },
): Dimension {
  return {
    name,
    kind: 'numeric',
    count: cells,
    when,
    encode: (value) => {
      const cell = typeof value === 'number' ? (value - low) / step : Number.NaN;
      const whole = Math.round(cell);
      return Math.abs(cell - whole) < 1e-6 && whole >= 0 && whole < cells ? (whole + 0.5) / cells : Number.NaN;
    },
    decode: (place) => Number((low + step * Math.min(cells - 1, Math.floor(place * cells))).toPrecision(12)),
  };
}

function continuous(
  name: string,
  when: Dimension['when'],
  low: number,
  high: number,
  { whole, log }: { readonly whole: boolean; readonly log: boolean },
): Dimension {
  const margin = whole ? 0.5 : 0;
  const scale = log ? Math.log : (value: number) => value;
  const unscale = log ? Math.exp : (value: number) => value;
  const [start, end] = [scale(low - margin), scale(high + margin)];
  const within = (value: number) => Math.min(high, Math.max(low, whole ? Math.round(value) : value));
  const fits = (value: number) => value >= low && value <= high && (!whole || Number.isInteger(value));
  return {
    name,
    kind: 'numeric',
    count: whole ? high - low + 1 : 0,
    when,
    encode: (value) => (typeof value === 'number' && fits(value) ? (scale(value) - start) / (end - start) : Number.NaN),
    decode: (place) => within(unscale(start + place * (end - start))),
  };
}
