import { studentQuantile } from '../drift/student.ts';
import { spreadOf } from './baseline.ts';
import { ofLabelled, type Statistic, surplus } from './statistic.ts';
import { type DayTotals, type PerformanceReference, regressionMoments, type Totals } from './totals.ts';
import { type Watched, watch } from './watch.ts';

export interface CalibrationDrift {
  /** Mean score minus what came true; regression: mean error. */
  readonly surplus: WatchedWithInterval;
  /** Slope of a logistic regression of the label on the score's log odds: 1 is calibrated, below it the champion is overconfident. Two classes only. */
  readonly slope: WatchedWithInterval | null;
}

export interface WatchedWithInterval extends Watched {
  /** 95 % interval of the look's change, by itself. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

export interface CalibrationOptions {
  readonly alpha: number;
  readonly surplusAtLeast?: number;
  readonly slopeAtLeast?: number;
}

/**
 * Whether scores still mean what they meant on the hold-out, over all days: a champion that was miscalibrated from the start has not drifted.
 * Regression: a mean error beyond a tenth of the reference's root mean squared error, unless told otherwise.
 * @param days with matured labels, in order
 */
export function calibrationDrift(
  reference: PerformanceReference,
  days: readonly DayTotals[],
  { alpha, surplusAtLeast = smallestSurplus(reference), slopeAtLeast = 0.2 }: CalibrationOptions,
): CalibrationDrift {
  const binary = reference.cells.task === 'binary-classification';
  const look = (statistic: Statistic, atLeast: number): WatchedWithInterval => {
    const spread = spreadOf(reference.cells, statistic, reference.days);
    const watched = watch(reference.cells, statistic, spread, days, {
      alpha: binary ? alpha / 2 : alpha,
      atLeast,
      direction: 0,
    });
    const reach = watched.look && watched.look.standardError * studentQuantile(0.025, watched.look.degrees);
    const interval =
      watched.look && reach !== null ? { low: watched.look.change - reach, high: watched.look.change + reach } : null;
    return { ...watched, interval };
  };
  return {
    surplus: look(surplus(reference), surplusAtLeast),
    slope: binary ? look(slopeStatistic(reference), slopeAtLeast) : null,
  };
}

function smallestSurplus({ cells, days }: PerformanceReference): number {
  if (cells.task !== 'regression') return 0.02;
  const at = regressionMoments.indexOf('e2');
  const [squares, rows] = days.reduce(([sum, n], day) => [sum + (day.moments[at] as number), n + day.labelled], [0, 0]);
  return 0.1 * Math.sqrt(squares / Math.max(1, rows));
}

function slopeStatistic(reference: PerformanceReference): Statistic {
  return ofLabelled(reference, 'slope', calibrationSlope, () => Number.NaN);
}

/** Newton's method on two parameters, a cell's rows taken at their mean score; NaN where the slope is not determined. */
function calibrationSlope({ predicted, score, outcomes }: Totals): number {
  const points = predicted.flatMap((rows, cell) => {
    const [no, yes] = [outcomes[2 * cell] as number, outcomes[2 * cell + 1] as number];
    const p = Math.min(1 - 1e-6, Math.max(1e-6, (score[cell] as number) / rows));
    return rows > 0 && no + yes > 0 ? [{ x: Math.log(p / (1 - p)), n: no + yes, yes }] : [];
  });
  let [a, b] = [0, 1];
  for (let step = 0; step < 25; step += 1) {
    let [ga, gb, haa, hab, hbb] = [0, 0, 0, 0, 0];
    for (const { x, n, yes } of points) {
      const p = 1 / (1 + Math.exp(-a - b * x));
      const weight = n * p * (1 - p);
      ga += yes - n * p;
      gb += (yes - n * p) * x;
      haa += weight;
      hab += weight * x;
      hbb += weight * x * x;
    }
    const determinant = haa * hbb - hab * hab;
    if (!(determinant > 1e-9 * haa * hbb)) return Number.NaN;
    const [da, db] = [(hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant];
    a += da;
    b += db;
    if (Math.abs(da) + Math.abs(db) < 1e-12) return b;
  }
  return Math.abs(b) < 50 ? b : Number.NaN;
}
