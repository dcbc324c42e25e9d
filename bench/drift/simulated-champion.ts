import type { Random } from '../../src/evaluation/random.ts';
import type { ScoredRows } from '../../src/performance/day-totals.ts';
import { profileDays } from '../../src/performance/day-totals.ts';
import { scoreReference } from '../../src/performance/reference.ts';
import type { DayTotals, PerformanceReference } from '../../src/performance/totals.ts';

export interface World {
  readonly days: number;
  readonly rowsPerDay: number;
  readonly firstDay?: number;
  /** Moves the champion's input: its scores change, their meaning does not. */
  readonly shift?: number;
  /** Added to the true log odds, not to the champion's: scores lose their meaning. */
  readonly concept?: number;
  /** Standard deviation of a day's own effect on the true log odds. */
  readonly dayEffect?: number;
  /** Autocorrelation of the days' effects. */
  readonly memory?: number;
  /** Factor on the champion's log odds: above 1 it is overconfident. */
  readonly confidence?: number;
}

/** Two classes; the log odds are -1 + 1.2 x with x normal. */
export function binaryRows(random: Random, world: World): ScoredRows & { readonly x: Float64Array } {
  const { days, rowsPerDay, firstDay = 0, shift = 0, concept = 0, dayEffect = 0, memory = 0, confidence = 1 } = world;
  const rows = days * rowsPerDay;
  const [labels, values, at, inputs] = [
    new Float64Array(rows),
    new Float64Array(rows),
    new Int32Array(rows),
    new Float64Array(rows),
  ];
  let effect = dayEffect * normal(random);
  for (let row = 0; row < rows; row += 1) {
    if (row > 0 && row % rowsPerDay === 0)
      effect = memory * effect + Math.sqrt(1 - memory ** 2) * dayEffect * normal(random);
    const x = normal(random) + shift;
    const odds = -1 + 1.2 * x;
    labels[row] = random() < sigmoid(odds + concept + effect) ? 1 : 0;
    values[row] = sigmoid(confidence * odds);
    at[row] = firstDay + Math.floor(row / rowsPerDay);
    inputs[row] = x;
  }
  return { labels, days: at, scores: { rows, width: 1, values }, x: inputs };
}

export function binaryReference(random: Random, world: World): PerformanceReference {
  const reference = scoreReference('binary-classification', 2, binaryRows(random, world));
  if (!reference) throw new Error('the simulated hold-out has labels');
  return reference;
}

export function binaryDays(random: Random, reference: PerformanceReference, world: World): DayTotals[] {
  return profileDays(reference, binaryRows(random, world));
}

/** Three classes over 14 days; `spread` widens the input, so that some rows are surer and some less sure. */
export function classRows(random: Random, firstDay: number, spread: number): ScoredRows {
  const values: number[] = [];
  const labels = Array.from({ length: 14 * 400 }, () => {
    const raw = [0, 1, 2].map(() => Math.exp(spread * normal(random)));
    const sum = raw.reduce((a, b) => a + b, 0);
    values.push(...raw.map((value) => value / sum));
    const [at, first, second] = [random() * sum, raw[0] as number, raw[1] as number];
    return at < first ? 0 : at < first + second ? 1 : 2;
  });
  return { labels, days: daysOf(labels.length, firstDay), scores: { rows: labels.length, width: 3, values } };
}

/** Errors grow with the predicted value. */
export function regressionRows(random: Random, firstDay: number, spread: number): ScoredRows {
  const values = Array.from({ length: 14 * 400 }, () => 20 * spread * random());
  const labels = values.map((value) => value + (1 + value / 10) * normal(random));
  return { labels, days: daysOf(labels.length, firstDay), scores: { rows: labels.length, width: 1, values } };
}

function daysOf(rows: number, firstDay: number): number[] {
  return Array.from({ length: rows }, (_, row) => firstDay + Math.floor(row / 400));
}

export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
