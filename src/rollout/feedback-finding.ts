import type { Finding } from '../alarm/finding.ts';
import { percent, short } from '../drift/measured-column.ts';
import type { FeedbackReport, FeedbackRow } from './feedback.ts';

/** Shares that differ by half, or means by nearly half a standard deviation. */
const criticalSize = 0.4;

/** One finding, of what differs most certainly; none where nothing does. */
export function feedbackFindings(report: FeedbackReport | null): Finding[] {
  const row = report?.rows[0];
  if (report?.verdict !== 'feedback' || row === undefined) return [];
  const { from, labelled } = report;
  const labels = `${labelled.holdback} and ${labelled.rest} labels`;
  return [
    {
      ...{ kind: 'feedback', code: 'labels-differ', column: null, segment: null, size: row.size },
      severity: row.size >= criticalSize ? 'critical' : 'warning',
      says: `acting on the answers changes the labels: ${sayRow(report, row)} (${sayInterval(report, row)}; ${labels}), since ${from}`,
    },
  ];
}

/** "label 1 for 18 % of the answers held back, 12 % of the rest" */
export function sayRow({ kind }: Pick<FeedbackReport, 'kind'>, { what, rest, holdback }: FeedbackRow): string {
  return kind === 'numbers'
    ? `mean label ${short(holdback)} where answers were held back, ${short(rest)} for the rest`
    : `label ${what} for ${percent(holdback)} of the answers held back, ${percent(rest)} of the rest`;
}

/** "ratio 1.3 to 1.8"; of means their difference. */
export function sayInterval({ kind }: Pick<FeedbackReport, 'kind'>, { interval }: FeedbackRow): string {
  const name = kind === 'numbers' ? 'difference' : 'ratio';
  return interval === null ? `${name} not known yet` : `${name} ${short(interval.low)} to ${short(interval.high)}`;
}
