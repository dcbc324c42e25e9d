import { normalCdf, normalQuantile } from '../evaluation/normal.ts';

/** Labels that came for answers, by whether they were held back: by class, or for numbers as count, mean and variance. */
export type HoldbackCounts =
  | { readonly kind: 'classes'; readonly classes: readonly ClassCount[] }
  | { readonly kind: 'numbers'; readonly rest: Sample; readonly holdback: Sample };

export interface ClassCount {
  readonly label: string;
  readonly rest: number;
  readonly holdback: number;
}

export interface Sample {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

export interface HoldbackRow {
  /** A class, or `mean` for numbers. */
  readonly what: string;
  /** Share of the class, or mean of the labels. */
  readonly rest: number;
  readonly holdback: number;
  /** Holdback minus rest, with its 95 % interval. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided, for this row alone. */
  readonly p: number;
}

export interface HoldbackReport {
  readonly labelled: { readonly rest: number; readonly holdback: number };
  readonly rows: readonly HoldbackRow[];
  /** feedback: acting on the answers changes what happens; the labels of the rest are no longer what they would have been. */
  readonly verdict: 'feedback' | 'nothing-found' | 'too-few';
}

/** Fewer labels of held-back answers say nothing. */
const enough = 30;
const alpha = 0.05;

/**
 * Compares what happened where the answer was not acted upon with the rest. The part is drawn at random, so a difference is the effect of acting:
 * accuracy measured on the rest is then that of a world which the model itself has changed. Two-sample z-tests, Bonferroni over classes.
 * @returns null when nothing held back has a label
 */
export function compareHoldback(counts: HoldbackCounts): HoldbackReport | null {
  const { labelled, rows } = counts.kind === 'classes' ? ofClasses(counts.classes) : ofNumbers(counts);
  if (labelled.holdback === 0 || labelled.rest === 0) return null;
  const found = rows.some(({ p }) => p * rows.length < alpha);
  const verdict =
    Math.min(labelled.holdback, labelled.rest) < enough ? 'too-few' : found ? 'feedback' : 'nothing-found';
  return { labelled, rows, verdict };
}

type Compared = Pick<HoldbackReport, 'labelled' | 'rows'>;

function ofClasses(classes: readonly ClassCount[]): Compared {
  const sum = (of: 'rest' | 'holdback'): number => classes.reduce((total, each) => total + each[of], 0);
  const labelled = { rest: sum('rest'), holdback: sum('holdback') };
  // Of two classes one says it all.
  const told = classes.length === 2 ? classes.slice(1) : classes;
  const rows = told.map(({ label, rest, holdback }) => {
    const [p, q] = [rest / labelled.rest, holdback / labelled.holdback];
    const pooled = (rest + holdback) / (labelled.rest + labelled.holdback);
    const spread = (a: number, b: number): number => Math.sqrt(a / labelled.rest + b / labelled.holdback);
    return row(label, [p, q], {
      test: spread(pooled * (1 - pooled), pooled * (1 - pooled)),
      interval: spread(p * (1 - p), q * (1 - q)),
    });
  });
  return { labelled, rows };
}

function ofNumbers({ rest, holdback }: { readonly rest: Sample; readonly holdback: Sample }): Compared {
  const spread = Math.sqrt(rest.variance / Math.max(1, rest.n) + holdback.variance / Math.max(1, holdback.n));
  return {
    labelled: { rest: rest.n, holdback: holdback.n },
    rows: [row('mean', [rest.mean, holdback.mean], { test: spread, interval: spread })],
  };
}

function row(
  what: string,
  [rest, holdback]: readonly [number, number],
  spread: { readonly test: number; readonly interval: number },
): HoldbackRow {
  const difference = holdback - rest;
  const wide = normalQuantile(1 - alpha / 2) * spread.interval;
  const p = spread.test > 0 ? 2 * normalCdf(-Math.abs(difference) / spread.test) : difference === 0 ? 1 : 0;
  return { what, rest, holdback, difference, low: difference - wide, high: difference + wide, p };
}
