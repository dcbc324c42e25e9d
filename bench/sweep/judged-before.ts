import { axes, logRange, type TestFunction, vector, whole } from './test-function.ts';

const { PI } = Math;

/** Held out from the first version of the sampler, which was changed after they had judged it: since then they count as known to it. */
export const judgedBefore: readonly TestFunction[] = [
  {
    name: 'Levy-5',
    space: axes(5, -10, 10),
    regret: (parameters) => {
      const w = vector(parameters).map((value) => 1 + (value - 1) / 4);
      const [first, last] = [w[0] ?? 0, w.at(-1) ?? 0];
      const middle = w.slice(0, -1).reduce((sum, at) => sum + (at - 1) ** 2 * (1 + 10 * Math.sin(PI * at + 1) ** 2), 0);
      return Math.sin(PI * first) ** 2 + middle + (last - 1) ** 2 * (1 + Math.sin(2 * PI * last) ** 2);
    },
  },
  {
    name: 'Styblinski-Tang-5',
    space: axes(5, -5, 5),
    regret: (parameters) =>
      vector(parameters).reduce((sum, at) => sum + (at ** 4 - 16 * at ** 2 + 5 * at) / 2, 5 * 39.16616570377142),
  },
  {
    name: 'Michalewicz-5',
    space: axes(5, 0, PI),
    regret: (parameters) =>
      vector(parameters).reduce(
        (sum, at, i) => sum - Math.sin(at) * Math.sin(((i + 1) * at * at) / PI) ** 20,
        4.687658179088,
      ),
  },
  {
    name: 'network',
    space: {
      rule: { choice: ['sgd', 'adam', 'rms'] },
      batch: { choice: [16, 32, 64, 128] },
      rate: logRange(1e-5, 1),
      layers: whole(1, 6),
      width: whole(8, 512, true),
      drop: { float: [0, 0.6], step: 0.05, log: false },
    },
    // The right rate hangs on the rule and the batch, the right width and dropout on the layers.
    regret: ({ rule, batch, rate, layers, width, drop }) => {
      const depth = Number(layers);
      const right = ({ sgd: -1, adam: -3, rms: -3.5 }[String(rule)] ?? 0) + 0.3 * Math.log2(Number(batch) / 32);
      const costs =
        ({ sgd: 0.15, adam: 0, rms: 0.1 }[String(rule)] ?? 0) +
        ({ 16: 0.05, 32: 0, 64: 0.02, 128: 0.1 }[Number(batch)] ?? 0);
      const shape = 0.1 * (depth - 3) ** 2 + 0.05 * (Math.log2(Number(width)) + depth - 10) ** 2;
      return (
        0.4 * (Math.log10(Number(rate)) - right) ** 2 + costs + shape + 4 * (Number(drop) - 0.1 * (depth - 1)) ** 2
      );
    },
  },
];
