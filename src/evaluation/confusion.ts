import { ratio } from './metric-set.ts';

/** Weights by class: how much of it occurs, is predicted, and is predicted rightly. */
export interface ClassTotals {
  readonly occurs: number;
  readonly predicted: number;
  readonly hits: number;
}

/**
 * Precision, recall and F1 averaged over the classes that occur or are predicted: each class the same (macro), or by how much of it occurs
 * (weighted). As in scikit-learn, a class that is never predicted has the precision 0, and one that never occurs the recall 0.
 */
export function averagedMetrics(classes: readonly ClassTotals[]): readonly number[] {
  const seen = classes.filter(({ occurs, predicted }) => occurs + predicted > 0);
  const occurring = seen.reduce((sum, { occurs }) => sum + occurs, 0);
  const parts = [precision, recall, f1];
  const macro = parts.map((part) => ratio(total(seen, part), seen.length));
  const weighted = parts.map((part) =>
    ratio(
      total(seen, (one) => one.occurs * part(one)),
      occurring,
    ),
  );
  return [...macro, ...weighted];
}

function precision({ hits, predicted }: ClassTotals): number {
  return predicted > 0 ? hits / predicted : 0;
}

function recall({ hits, occurs }: ClassTotals): number {
  return occurs > 0 ? hits / occurs : 0;
}

function f1({ hits, occurs, predicted }: ClassTotals): number {
  return (2 * hits) / (occurs + predicted);
}

function total(classes: readonly ClassTotals[], of: (one: ClassTotals) => number): number {
  return classes.reduce((sum, one) => sum + of(one), 0);
}
