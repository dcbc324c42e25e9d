import { flightsSurrogate } from './flights-surrogate.ts';
import { axes, logRange, range, type TestFunction, vector, whole } from './test-function.ts';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const hartmann = {
  weights: [1, 1.2, 3, 3.2],
  scales: [
    [10, 3, 17, 3.5, 1.7, 8],
    [0.05, 10, 17, 0.1, 8, 14],
    [3, 3.5, 1.7, 10, 17, 8],
    [17, 8, 0.05, 10, 0.1, 14],
  ],
  centres: [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
  ],
};

/** Those that the sampler was developed on. */
export const developedOn: readonly TestFunction[] = [
  {
    name: 'Branin',
    space: { x0: range(-5, 10), x1: range(0, 15) },
    regret: (parameters) => {
      const [x = 0, y = 0] = vector(parameters);
      const bend = y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6;
      return bend ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10 - 0.397887;
    },
  },
  {
    name: 'Hartmann-6',
    space: axes(6, 0, 1),
    regret: (parameters) => {
      const x = vector(parameters);
      const { weights, scales, centres } = hartmann;
      const term = (row: number) =>
        (weights[row] ?? 0) *
        Math.exp(-x.reduce((sum, at, i) => sum + (scales[row]?.[i] ?? 0) * (at - (centres[row]?.[i] ?? 0)) ** 2, 0));
      return 3.32237 - (term(0) + term(1) + term(2) + term(3));
    },
  },
  {
    name: 'Ackley-5',
    space: axes(5, -32.768, 32.768),
    // Moved off the centre, where the widest kernel of every sampler lies.
    regret: (parameters) => {
      const x = vector(parameters).map((value) => value - 3.1);
      const bowl = Math.exp(-0.2 * Math.sqrt(mean(x.map((value) => value * value))));
      return -20 * bowl - Math.exp(mean(x.map((value) => Math.cos(2 * Math.PI * value)))) + 20 + Math.E;
    },
  },
  {
    name: 'Rosenbrock-4',
    space: axes(4, -5, 10),
    regret: (parameters) => {
      const x = vector(parameters);
      return x
        .slice(1)
        .reduce((sum, next, at) => sum + 100 * (next - (x[at] ?? 0) ** 2) ** 2 + (1 - (x[at] ?? 0)) ** 2, 0);
    },
  },
  {
    name: 'conditional',
    space: {
      model: { choice: ['a', 'b', 'c'] },
      lr: logRange(1e-5, 1),
      a_depth: { ...whole(1, 20), when: { parameter: 'model', in: ['a'] } },
      a_crit: { choice: ['gini', 'ent'], when: { parameter: 'model', in: ['a'] } },
      b_reg: { ...logRange(1e-6, 100), when: { parameter: 'model', in: ['b'] } },
      b_layers: { ...whole(1, 8), when: { parameter: 'model', in: ['b'] } },
      b_act: { choice: ['relu', 'tanh', 'gelu', 'sig'], when: { parameter: 'model', in: ['b'] } },
      b_drop: { ...range(0, 0.9), when: { parameter: 'model', in: ['b'] } },
      c_k: { ...whole(1, 50), when: { parameter: 'model', in: ['c'] } },
    },
    // Model c is good at once, model b is best but hard to get right.
    regret: ({ model, lr, a_depth, a_crit, b_reg, b_layers, b_act, b_drop, c_k }) => {
      const base = 0.5 * (Math.log10(Number(lr)) + 2.5) ** 2;
      if (model === 'a') return 0.6 + base + 0.005 * (Number(a_depth) - 7) ** 2 + (a_crit === 'gini' ? 0.3 : 0);
      if (model === 'c') return 0.3 + base + 0.04 * Math.abs(Number(c_k) - 11);
      const act = { relu: 0, tanh: 0.2, gelu: 0.05, sig: 0.5 }[String(b_act)] ?? 0;
      const layers = Math.abs(Number(b_layers) - 5) * 0.15;
      return base + ((Math.log10(Number(b_reg)) + 3) / 4) ** 2 + layers + act + 2 * (Number(b_drop) - 0.2) ** 2;
    },
  },
  flightsSurrogate(),
];
