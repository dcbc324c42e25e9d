import { axes, logRange, type TestFunction, vector, whole } from './test-function.ts';

/** Widths and centres. */
const shekel: readonly (readonly [number, readonly number[]])[] = [
  [0.1, [4, 4, 4, 4]],
  [0.2, [1, 1, 1, 1]],
  [0.2, [8, 8, 8, 8]],
  [0.4, [6, 6, 6, 6]],
  [0.4, [3, 7, 3, 7]],
  [0.6, [2, 9, 2, 9]],
  [0.3, [5, 5, 3, 3]],
  [0.7, [8, 1, 8, 1]],
  [0.5, [6, 2, 6, 2]],
  [0.5, [7, 3.6, 7, 3.6]],
];
const when = (model: string) => ({ when: { parameter: 'model', in: [model] } });

/** Those that the sampler was never developed on: whoever tunes it by them has to choose others. */
export const heldOut: readonly TestFunction[] = [
  {
    name: 'Shekel-4',
    space: axes(4, 0, 10),
    regret: (parameters) => {
      const x = vector(parameters);
      const away = (centre: readonly number[]) => x.reduce((sum, at, i) => sum + (at - (centre[i] ?? 0)) ** 2, 0);
      return shekel.reduce((left, [width, centre]) => left - 1 / (width + away(centre)), 10.536443);
    },
  },
  {
    name: 'Dixon-Price-5',
    space: axes(5, -10, 10),
    regret: (parameters) => {
      const x = vector(parameters);
      const start = ((x[0] ?? 0) - 1) ** 2;
      return x.slice(1).reduce((sum, at, i) => sum + (i + 2) * (2 * at ** 2 - (x[i] ?? 0)) ** 2, start);
    },
  },
  {
    name: 'Salomon-5',
    space: axes(5, -100, 100),
    regret: (parameters) => {
      const radius = Math.hypot(...vector(parameters).map((at) => at - 17));
      return 1 - Math.cos(2 * Math.PI * radius) + 0.1 * radius;
    },
  },
  {
    name: 'pipeline',
    space: {
      model: { choice: ['linear', 'tree', 'knn'] },
      scaler: { choice: ['none', 'standard', 'quantile'] },
      kept: { float: [0.1, 1], step: 0.1, log: false },
      l2: { ...logRange(1e-6, 10), ...when('linear') },
      depth: { ...whole(1, 16), ...when('tree') },
      leaf: { ...whole(1, 128, true), ...when('tree') },
      k: { ...whole(1, 64, true), ...when('knn') },
    },
    regret: ({ model, scaler, kept, l2, depth, leaf, k }) => {
      const both = 2 * (Number(kept) - 0.7) ** 2;
      const costs = (none: number, standard: number, quantile: number) =>
        ({ none, standard, quantile })[String(scaler)] ?? 0;
      if (model === 'linear') return 0.25 + both + 0.1 * (Math.log10(Number(l2)) + 2) ** 2 + costs(0.3, 0, 0.1);
      if (model === 'knn') return 0.15 + both + 0.1 * (Math.log2(Number(k)) - 3.5) ** 2 + costs(0.5, 0.05, 0);
      return both + 0.02 * (Number(depth) - 9) ** 2 + 0.04 * (Math.log2(Number(leaf)) - 3) ** 2 + costs(0, 0.02, 0.02);
    },
  },
];
