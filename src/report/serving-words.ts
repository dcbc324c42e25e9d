import type { CandidateEvaluation } from '../evaluation/report.ts';
import { scoredByCommand } from '../training/predict-command.ts';
import { formatCount, formatNumber } from './numbers.ts';

/** How long the served file takes for a row, and on how many rows it fails, with the first failure. */
export function servingWords({ serving }: Pick<CandidateEvaluation, 'serving'>): string {
  const { p50Ms, p99Ms, errors, rows, firstError } = serving;
  const measured = `serving: p50 ${formatNumber(p50Ms)} ms, p99 ${formatNumber(p99Ms)} ms`;
  const times = serving.scoredBy ? scoredByCommand : measured;
  const failed = `${formatCount(errors)} of ${formatCount(rows)} rows failed`;
  return `${times}, ${failed}${firstError ? `: ${firstError}` : ''}`;
}
