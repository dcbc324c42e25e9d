import { studentTail } from '../drift/student.ts';
import { coarseBlocks, timeBlocks } from './blocks.ts';
import type { Holdout } from './evidence.ts';
import { type Estimated, effectiveDegrees, standardError } from './influence.ts';
import { decidedClass, type ScoresLike } from './metric-set.ts';
import { mostLikely } from './multiclass-metrics.ts';
import type { LabelSwitches } from './report.ts';

/**
 * Rows that only one of two classifiers gets right, with McNemar's test that they are as many on either side: exact (binomial, two-sided), as if
 * rows were independent; and with blocks of time kept whole, which is what to believe where days differ. Null for regressions.
 */
export function labelSwitches(
  holdout: Holdout,
  challenger: ScoresLike | null,
  champion: ScoresLike | null,
): LabelSwitches | null {
  const { task, labels } = holdout;
  if (task === 'regression' || !challenger || !champion) return null;
  const right = (scores: ScoresLike, row: number): boolean => {
    const predicted = task === 'multiclass-classification' ? mostLikely(scores, row) : decidedClass(scores, row);
    return predicted === labels[row];
  };
  const rows = Int32Array.from({ length: labels.length }, (_, row) => row);
  const { block, blocks, names } = timeBlocks(rows, coarseBlocks(holdout.blocks));
  const [gained, sizes] = [new Float64Array(blocks), new Float64Array(blocks)];
  let [onlyChallenger, onlyChampion] = [0, 0];
  for (const row of rows) {
    const at = block[row] as number;
    sizes[at] = (sizes[at] as number) + 1;
    const gain = Number(right(challenger, row)) - Number(right(champion, row));
    if (gain === 0) continue;
    gained[at] = (gained[at] as number) + gain;
    if (gain > 0) onlyChallenger += 1;
    else onlyChampion += 1;
  }
  const mean = (onlyChallenger - onlyChampion) / labels.length;
  const influence = gained.map((gain, at) => (gain - mean * (sizes[at] as number)) / labels.length);
  const byBlocks = { value: mean, influence, names, degrees: effectiveDegrees(sizes) };
  return { onlyChallenger, onlyChampion, exactP: exactTail(onlyChallenger, onlyChampion), blockP: blockTail(byBlocks) };
}

function blockTail(gain: Estimated): number | null {
  const error = standardError(gain);
  if (!(error > 0)) return gain.value === 0 ? 1 : null;
  return 2 * studentTail(Math.abs(gain.value) / error, gain.degrees);
}

/** Two-sided: twice the tail of a fair coin beyond the smaller side, at most 1. Summed from the largest term down, in logarithms. */
function exactTail(some: number, others: number): number {
  const [n, k] = [some + others, Math.min(some, others)];
  let logTerm = -n * Math.LN2;
  for (let at = 1; at <= k; at += 1) logTerm += Math.log((n - at + 1) / at);
  let [sum, term] = [0, Math.exp(logTerm)];
  for (let at = k; at >= 0 && term > sum * 1e-18; at -= 1) {
    sum += term;
    term *= at / (n - at + 1);
  }
  return Math.min(1, 2 * sum);
}
