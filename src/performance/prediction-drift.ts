import { spreadOf } from './baseline.ts';
import { placesOf, type ScoreBins, type ScoreDistance, scoreBins, scoreDistance } from './score-shape.ts';
import { answeredAs, meanRank, type Statistic } from './statistic.ts';
import { type DayTotals, merge, type PerformanceReference } from './totals.ts';
import { type Watched, watch } from './watch.ts';

export interface PredictionDrift {
  readonly rows: number;
  readonly unscored: number;
  /** Of the last `window` days, for people: no decision hangs on it. */
  readonly distance: ScoreDistance;
  readonly histogram: { readonly edges: readonly number[]; readonly reference: ScoreBins; readonly current: ScoreBins };
  /** Mean place of the scores in the reference's order (0.5 there), over all days. */
  readonly level: Watched;
  /** Mean distance of those places from the middle (0.25 there): scores that crowd together or move to the ends. */
  readonly spread: Watched;
  /** Share of rows answered as each class; empty for regression. */
  readonly classes: readonly { readonly class: string; readonly watched: Watched }[];
}

export interface PredictionOptions {
  readonly alpha: number;
  /** Days that the distances are measured over. */
  readonly window: number;
  readonly classes: readonly (string | number)[];
  /** Smallest change of a mean place that matters: 0.03 is about a tenth of a standard deviation. */
  readonly placeAtLeast?: number;
  readonly shareAtLeast?: number;
}

/**
 * Whether the champion answers otherwise than on its hold-out, labels or none. Level, spread and class shares each take a third of `alpha`.
 * @param days in order, the judged one last
 */
export function predictionDrift(
  reference: PerformanceReference,
  days: readonly DayTotals[],
  { alpha, window, classes, placeAtLeast = 0.03, shareAtLeast = 0.05 }: PredictionOptions,
): PredictionDrift {
  const { cells } = reference;
  const whole = merge(cells, reference.days);
  const recent = days.slice(-window);
  const places = placesOf(cells, whole);
  const look = (statistic: Statistic, share: number, atLeast: number): Watched =>
    watch(cells, statistic, spreadOf(cells, statistic, reference.days), days, {
      alpha: alpha * share,
      atLeast,
      direction: 0,
    });
  const [before, now] = [scoreBins(cells, whole), scoreBins(cells, merge(cells, recent))];
  // Shares of two classes move together: one of them says all.
  const told = cells.task === 'regression' ? [] : cells.classes === 2 ? [1] : classes.map((_, at) => at);
  return {
    rows: total(now.rows),
    unscored: total(recent.map(({ unscored }) => unscored)),
    distance: scoreDistance(before, now),
    histogram: { edges: cells.edges, reference: before, current: now },
    level: look({ ...meanRank(places), name: 'level' }, 1 / 3, placeAtLeast),
    spread: look({ ...meanRank(places.map((place) => Math.abs(place - 0.5))), name: 'spread' }, 1 / 3, placeAtLeast),
    classes: told.map((at) => ({
      class: String(classes[at] ?? at),
      watched: look(answeredAs(reference, at), 1 / 3 / told.length, shareAtLeast),
    })),
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
