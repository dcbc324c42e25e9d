import type { Parameters, Space } from '../../src/sweep/space.ts';
import { curveOf, flightsTable } from './flights-table.ts';
import { logRange, range, type TestFunction, whole } from './test-function.ts';

const numbers: Readonly<Record<string, ReturnType<typeof range> | ReturnType<typeof whole>>> = {
  learning_rate: logRange(0.005, 0.5),
  max_depth: whole(2, 12),
  min_child_weight: logRange(0.1, 100),
  subsample: range(0.3, 1),
  colsample_bytree: range(0.3, 1),
  reg_lambda: logRange(0.001, 100),
  reg_alpha: logRange(0.001, 100),
  gamma: logRange(0.001, 10),
};
const leaves = { ...whole(8, 256, true), when: { parameter: 'grow_policy', in: ['lossguide'] } };

/**
 * A real task: XGBoost on flights, by the ten nearest of 500 measured configurations, weighted by the inverse cube of their distance.
 * Regret is 1,000 times the distance to the best validation AUC. bench/peers/optuna/quality.py has the same formula.
 */
export function flightsSurrogate(): TestFunction {
  const table = flightsTable();
  const known = table.rows.map((row) => ({ at: placesOf(row), auc: Math.max(...curveOf(table, row)) }));
  const best = Math.max(...known.map(({ auc }) => auc));
  const space: Space = {
    ...numbers,
    grow_policy: { choice: ['depthwise', 'lossguide'] },
    max_leaves: leaves,
  };
  return {
    name: 'flights',
    space,
    regret: (parameters) => {
      const here = placesOf(parameters);
      const near = known
        .map(({ at, auc }) => ({ squared: at.reduce((sum, place, i) => sum + (place - (here[i] ?? 0)) ** 2, 0), auc }))
        .sort((a, b) => a.squared - b.squared)
        .slice(0, 10)
        .map(({ squared, auc }) => ({ weight: (squared + 1e-9) ** -1.5, auc }));
      const weights = near.reduce((sum, { weight }) => sum + weight, 0);
      return 1000 * (best - near.reduce((sum, { weight, auc }) => sum + weight * auc, 0) / weights);
    },
  };
}

function placesOf(row: Parameters): number[] {
  const places = Object.entries(numbers).map(([name, of]) =>
    place(Number(row[name]), 'int' in of ? of.int : of.float, of.log),
  );
  return row.grow_policy === 'depthwise'
    ? [...places, 0, 0.5]
    : [...places, 1, place(Number(row.max_leaves), leaves.int, leaves.log)];
}

function place(value: number, [low, high]: readonly [number, number], log: boolean): number {
  const scale = log ? Math.log : (number: number) => number;
  return (scale(value) - scale(low)) / (scale(high) - scale(low));
}
