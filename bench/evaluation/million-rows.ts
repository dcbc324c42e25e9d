import { evaluateCandidates } from '../../src/evaluation/evaluate.ts';
import { seededRandom } from '../../src/evaluation/random.ts';

/** What one evaluation of many rows cost; printed as JSON by the program that runs alone. */
export interface MillionRows {
  readonly seconds: number;
  readonly peakMiB: number;
  readonly slices: number;
  readonly comparisons: number;
}

/** A hold-out of two weeks, the champion and two challengers, four columns of five values each, and a search for the worst slices among their pairs; measured in a process of its own. */
export async function evaluateMillionRows(rows: number): Promise<MillionRows> {
  const random = seededRandom(20);
  const labels = new Float64Array(rows);
  const scores = Array.from({ length: 3 }, () => new Float32Array(rows));
  for (let row = 0; row < rows; row += 1) {
    labels[row] = random() < 0.3 ? 1 : 0;
    const shared = random();
    scores.forEach((values, model) => {
      values[row] = (0.2 + 0.05 * model) * (labels[row] as number) + 0.5 * shared + 0.2 * random();
    });
  }
  const column = () => Array.from({ length: rows }, () => `v${Math.floor(5 * random())}`);
  const sliceColumns = { a: column(), b: column(), c: column(), d: column() };
  const model = (at: number) => ({ rows, width: 1, values: scores[at] as Float32Array });
  const serving = { p50Ms: 1, p99Ms: 2, errors: 0, rows: 100, firstError: null };
  const startedAt = performance.now();
  const { candidates } = await evaluateCandidates({
    ...{ model: 'm', run: 'm-r1', snapshot: 's', task: 'binary-classification', classes: [0, 1], seed: 1 },
    labels,
    blocks: Int32Array.from(labels, (_, row) => Math.floor((14 * row) / rows)),
    sliceColumns,
    search: {
      columns: Object.entries(sliceColumns).map(([name, values]) => ({ name, values })),
      rules: { atLeastRows: 500, pairs: true, show: 3 },
    },
    candidates: [1, 2].map((at) => ({
      ...{ candidate: `c${at}`, version: at + 1, scores: model(at), trainerMetrics: {}, serving },
    })),
    champion: { version: 1, scores: model(0), serving },
    gates: [
      { metric: 'auc', versus: 'champion', by: 0, confidence: 0.95, dryRun: false },
      { metric: 'auc', slice: 'a', versus: 'champion', by: -0.01, confidence: 0.95, dryRun: false },
    ],
  });
  return {
    seconds: (performance.now() - startedAt) / 1_000,
    peakMiB: process.resourceUsage().maxRSS / 1_024,
    slices: candidates[0]?.slices.length ?? 0,
    comparisons: candidates.reduce((sum, { comparisons, slices }) => sum + comparisons.length + slices.length, 0),
  };
}
