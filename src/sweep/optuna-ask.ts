import type { ParameterSpace } from '../plan/schema.ts';
import { randomFor } from './random.ts';
import type { Observation, SuggestRequest } from './sampler.ts';
import type { OptunaSampler } from './sampler-names.ts';
import { type Dimension, dimensionsOf, type Parameters, parametersAt, pointOf } from './space.ts';

/** What Optuna is told of a parameter; a choice travels as the index of its value. */
export type OptunaDimension = { readonly name: string; readonly when: OptunaCondition | null } & (
  | {
      readonly kind: 'int' | 'float';
      readonly low: number;
      readonly high: number;
      readonly log: boolean;
      /** Null: any number of the range. */
      readonly step: number | null;
    }
  | { readonly kind: 'choice'; readonly count: number }
);

interface OptunaCondition {
  readonly parameter: string;
  readonly in: readonly number[];
}

type OptunaPoint = Readonly<Record<string, number>>;

/** All that one suggestion is made from, so that whoever answers need remember nothing. */
export interface OptunaAsk {
  readonly sampler: 'gp' | 'cmaes' | 'nsga2';
  /** Of this suggestion alone, 31 bits. */
  readonly seed: number;
  readonly direction: 'maximize' | 'minimize';
  readonly dimensions: readonly OptunaDimension[];
  /** In the order in which they ended; null: failed. */
  readonly observations: readonly { readonly point: OptunaPoint; readonly value: number | null }[];
  readonly running: readonly OptunaPoint[];
}

/** Answers asks in their order. @throws PRN-SWEEP-002 it is not installed · PRN-SWEEP-003 it broke */
export type AskOptuna = (asks: readonly OptunaAsk[]) => Promise<readonly OptunaPoint[]>;

/** A Gaussian process takes the cube of its observations in time: beyond these only the best and the latest are told. */
const toldToGp = { best: 50, latest: 250 } as const;

/** What to ask for a trial. Observations that no longer fit into the space are left out. */
export function optunaAsk(request: SuggestRequest & { readonly sampler: OptunaSampler }): OptunaAsk {
  const { space, observations, running, seed, trialNumber, sampler, direction = 'maximize' } = request;
  const dimensions = dimensionsOf(space);
  const inOrder = sampler === 'optuna:gp' ? thinned(observations, direction) : observations;
  return {
    sampler: sampler.slice('optuna:'.length) as OptunaAsk['sampler'],
    seed: Math.floor(randomFor(seed, trialNumber)() * 0x7fff_ffff),
    direction,
    dimensions: dimensions.flatMap((dimension) => {
      const parameter = space[dimension.name];
      return parameter ? [described(dimension, parameter, dimensions)] : [];
    }),
    observations: inOrder.flatMap(({ parameters, value }) => {
      const point = toldPoint(dimensions, parameters);
      return point ? [{ point, value }] : [];
    }),
    running: running.map((parameters) => toldPoint(dimensions, parameters)).filter((point) => point !== null),
  };
}

/** An answer as a trial's parameters, those that are fixed among them. Null where it is no point of the space. */
export function parametersOf({ space }: Pick<SuggestRequest, 'space'>, answer: OptunaPoint): Parameters | null {
  const dimensions = dimensionsOf(space);
  const asked = Object.fromEntries(
    dimensions.flatMap((dimension) => {
      const told = answer[dimension.name];
      return told === undefined ? [] : [[dimension.name, decoded(dimension, space[dimension.name], told)]];
    }),
  );
  const point = pointOf(dimensions, asked);
  return point && { ...parametersAt(space, dimensions, point), ...asked };
}

function decoded({ kind, decode }: Dimension, parameter: ParameterSpace | undefined, told: number) {
  if (kind === 'choice') return decode(told);
  // Sums of decimal steps come back with a rounding error.
  return parameter && 'float' in parameter && parameter.step !== undefined ? Number(told.toPrecision(12)) : told;
}

function toldPoint(dimensions: readonly Dimension[], parameters: Parameters): OptunaPoint | null {
  const point = pointOf(dimensions, parameters);
  return (
    point &&
    Object.fromEntries(
      dimensions.flatMap(({ name, kind }, at) => {
        const place = point[at] ?? Number.NaN;
        const value = kind === 'choice' ? place : parameters[name];
        return Number.isNaN(place) || typeof value !== 'number' ? [] : [[name, value]];
      }),
    )
  );
}

function described(
  { name, count, decode, when }: Dimension,
  parameter: ParameterSpace,
  dimensions: readonly Dimension[],
): OptunaDimension {
  const of = { name, when: when && condition(when, dimensions) };
  if ('choice' in parameter) return { ...of, kind: 'choice', count };
  if ('fixed' in parameter) return { ...of, kind: 'choice', count: 1 };
  const kind = 'int' in parameter ? 'int' : 'float';
  const [low, high] = 'int' in parameter ? parameter.int : parameter.float;
  const step = parameter.log ? null : (parameter.step ?? (kind === 'int' ? 1 : null));
  // Not every range is a whole number of steps.
  const last = step === null ? high : Number(decode(1));
  return { ...of, kind, low, high: last, log: parameter.log, step };
}

function condition(when: NonNullable<Dimension['when']>, dimensions: readonly Dimension[]): OptunaCondition {
  const parent = dimensions.find(({ name }) => name === when.parameter);
  const values = when.in.flatMap((value) => {
    const told = parent?.kind === 'choice' ? parent.encode(value) : value;
    return typeof told === 'number' && !Number.isNaN(told) ? [told] : [];
  });
  return { parameter: when.parameter, in: values };
}

function thinned(observations: readonly Observation[], direction: 'maximize' | 'minimize'): readonly Observation[] {
  const { best, latest } = toldToGp;
  if (observations.length <= best + latest) return observations;
  const sign = direction === 'maximize' ? -1 : 1;
  const older = observations.slice(0, -latest);
  const ranked = older
    .flatMap((each, at) => (each.value === null ? [] : [{ at, loss: sign * each.value }]))
    .sort((a, b) => a.loss - b.loss || a.at - b.at);
  const kept = new Set(ranked.slice(0, best).map(({ at }) => at));
  return [...older.filter((_, at) => kept.has(at)), ...observations.slice(-latest)];
}
