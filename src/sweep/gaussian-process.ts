import { backward, dot, factorise, forward } from './cholesky.ts';
import { type Kernel, matern, type Placed, placed } from './kernel.ts';
import type { Dimension, Point } from './space.ts';

/** A trial of a sweep that lies so many sweeps back; 0 is the one that runs. */
export interface Known {
  readonly point: Point;
  /** In units of the sweep that it comes from. */
  readonly loss: number;
  readonly age: number;
}

export interface GaussianProcess {
  /** The loss of a trial of the sweep that runs. */
  predict(point: Point): { readonly mean: number; readonly sd: number };
  /** Natural logarithm of the density of the losses from this one on, given those before. */
  logLikelihood(from: number): number;
}

/** Between a sweep and the one before: what lies further back counts less. */
const ageCorrelation = 0.9;
/** Of what all losses of the running sweep may lie above those of ended ones, as its best is not found yet. */
const offsetVariance = 1;

/**
 * What the losses of known trials say about others (Rasmussen and Williams 2006, algorithm 2.1). Sweeps of other days are tasks that are
 * alike and not equal (intrinsic coregionalisation: Bonilla, Chai and Williams 2007), so that today's own trials show what has changed.
 */
export function gaussianProcess(
  dimensions: readonly Dimension[],
  kernel: Kernel,
  known: readonly Known[],
): GaussianProcess {
  const { variance, noise, mean } = kernel;
  const places = known.map(({ point }) => placed(dimensions, kernel.lengthScales, point));
  const ages = known.map(({ age }) => age);
  const apart = Array.from({ length: Math.max(0, ...ages) + 1 }, (_, sweeps) => variance * ageCorrelation ** sweeps);
  /** With the first so many known ones. */
  const covariances = (place: Placed, age: number, count: number) => {
    const line = new Float64Array(count);
    for (let at = 0; at < count; at += 1) {
      const other = ages[at] as number;
      const shift = age === 0 && other === 0 ? offsetVariance : 0;
      line[at] = (apart[Math.abs(age - other)] as number) * matern(places[at] as Placed, place) + shift;
    }
    return line;
  };
  const factor = places.map((place, row) => {
    const line = covariances(place, ages[row] as number, row + 1);
    line[row] = (line[row] as number) + variance * noise;
    return line;
  });
  factorise(factor);
  const losses = Float64Array.from(known, ({ loss }) => loss - mean);
  const whitened = forward(factor, losses);
  const weights = backward(factor, whitened);
  return {
    predict: (point) => {
      const alike = covariances(placed(dimensions, kernel.lengthScales, point), 0, places.length);
      const told = forward(factor, alike);
      const left = variance + offsetVariance - dot(told, told);
      return { mean: mean + dot(alike, weights), sd: Math.sqrt(Math.max(left, 1e-12)) };
    },
    logLikelihood: (from) => {
      let sum = 0;
      for (let row = from; row < factor.length; row += 1)
        sum -= (whitened[row] as number) ** 2 / 2 + Math.log((factor[row] as Float64Array)[row] as number);
      return sum - ((factor.length - from) / 2) * Math.log(2 * Math.PI);
    },
  };
}
