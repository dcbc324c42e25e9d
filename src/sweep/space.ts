import type { ParameterSpace, ParameterValue } from '../plan/schema.ts';
import type { Random } from './random.ts';

export type Space = Readonly<Record<string, ParameterSpace>>;
export type Parameters = Readonly<Record<string, ParameterValue>>;

/** One parameter that varies, with its values as numbers: a point in [0, 1], or the index of a choice. */
export type Dimension =
  | {
      readonly name: string;
      readonly kind: 'numeric';
      readonly resolution: number;
      encode(value: ParameterValue): number;
      decode(point: number): ParameterValue;
    }
  | {
      readonly name: string;
      readonly kind: 'choice';
      readonly count: number;
      encode(value: ParameterValue): number;
      decode(index: number): ParameterValue;
    };

/** The dimensions of a space in alphabetical order, so that the order of keys in a file changes no suggestion. */
export function dimensionsOf(space: Space): Dimension[] {
  return Object.entries(space)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, parameter]) => dimensionOf(name, parameter));
}

/** A value of every parameter: those fixed, and the others from their encoded points. */
export function parametersAt(space: Space, dimensions: readonly Dimension[], points: readonly number[]): Parameters {
  const varied = new Map(dimensions.map(({ name, decode }, index) => [name, decode(points[index] ?? 0)]));
  return Object.fromEntries(
    Object.entries(space).map(([name, parameter]) => [
      name,
      'fixed' in parameter ? parameter.fixed : (varied.get(name) ?? 0),
    ]),
  );
}

/** The encoded points of a trial, or null where a value does not belong to the space, as after a change of the file. */
export function pointsOf(dimensions: readonly Dimension[], parameters: Parameters): number[] | null {
  const points = dimensions.map(({ name, encode }) => {
    const value = parameters[name];
    return value === undefined ? Number.NaN : encode(value);
  });
  return points.every((point) => point >= 0) ? points : null;
}

/** Evenly distributed over the space. */
export function randomPoints(dimensions: readonly Dimension[], random: Random): number[] {
  return dimensions.map((dimension) =>
    dimension.kind === 'choice' ? Math.floor(random() * dimension.count) : random(),
  );
}

function dimensionOf(name: string, parameter: ParameterSpace): Dimension[] {
  if ('fixed' in parameter) return [];
  if ('choice' in parameter) return [choice(name, parameter.choice)];
  const whole = 'int' in parameter;
  const [low, high] = whole ? parameter.int : parameter.float;
  return [numeric(name, low, high, { whole, log: parameter.log })];
}

function choice(name: string, values: readonly ParameterValue[]): Dimension {
  return {
    name,
    kind: 'choice',
    count: values.length,
    encode: (value) => values.indexOf(value),
    decode: (index) => values[index] ?? values[0] ?? 0,
  };
}

/** Whole numbers get a cell each: without half a step at both ends the lowest and highest would be drawn half as often. */
function numeric(name: string, low: number, high: number, { whole, log }: { whole: boolean; log: boolean }): Dimension {
  const margin = whole ? 0.5 : 0;
  const scale = log ? Math.log : (value: number) => value;
  const unscale = log ? Math.exp : (value: number) => value;
  const [start, end] = [scale(low - margin), scale(high + margin)];
  const within = (value: number) => Math.min(high, Math.max(low, whole ? Math.round(value) : value));
  return {
    name,
    kind: 'numeric',
    resolution: whole ? 1 / (high - low + 1) : 0,
    encode: (value) =>
      typeof value === 'number' && value >= low && value <= high ? (scale(value) - start) / (end - start) : Number.NaN,
    decode: (point) => within(unscale(start + point * (end - start))),
  };
}
