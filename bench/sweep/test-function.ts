import type { Parameters, Space } from '../../src/sweep/space.ts';

/** A function to be minimised, with its least value taken off: what is left is the simple regret. */
export interface TestFunction {
  readonly name: string;
  readonly space: Space;
  /** Parameters as the sampler suggests them. */
  regret(parameters: Parameters): number;
}

export const range = (low: number, high: number) => ({ float: [low, high] as [number, number], log: false });
export const logRange = (low: number, high: number) => ({ float: [low, high] as [number, number], log: true });
export const whole = (low: number, high: number, log = false) => ({ int: [low, high] as [number, number], log });

/** x0, x1 and so on, all of the same range. */
export function axes(count: number, low: number, high: number): Space {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`x${at}`, range(low, high)]));
}

/** The values by the order of their names. */
export function vector(parameters: Parameters): number[] {
  return Object.keys(parameters)
    .sort()
    .map((name) => Number(parameters[name]));
}
