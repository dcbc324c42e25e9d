import type { FeedbackReport } from '../rollout/feedback.ts';
import { html } from './markup.ts';
import { formatCount, formatDay, formatInterval, formatNumber, formatShare } from './numbers.ts';
import { badge, type Section } from './page.ts';
import { table } from './page-table.ts';

const verdicts = {
  feedback: badge('bad', 'the labels differ'),
  'nothing-found': badge('good', 'no sign of it'),
  inconclusive: badge('warn', 'inconclusive'),
} as const;

/** Labels where answers were not acted upon beside those of the rest. */
export function feedbackSection({ from, to, kind, labelled, threshold, rows, verdict }: FeedbackReport): Section {
  const value = kind === 'numbers' ? formatNumber : formatShare;
  const lines = rows.map(({ what, rest, holdback, interval, eValue }) => [
    html`<strong>${what}</strong>`,
    html`${value(holdback)}`,
    html`${value(rest)}`,
    html`${formatInterval(interval, false)}`,
    html`${formatNumber(eValue)}`,
  ]);
  const compared = kind === 'numbers' ? 'difference' : 'ratio';
  const headings = [
    'label',
    { number: 'held back' },
    { number: 'acted upon' },
    { number: compared },
    { number: 'evidence' },
  ];
  const sample = html`<p class="legend">${verdicts[verdict]} ${formatCount(labelled.holdback)} labels of answers that were held back, ${formatCount(labelled.rest)} of the rest, ${formatDay(from)} to ${formatDay(to)}. A difference is told from an evidence of ${formatNumber(threshold)} on; the intervals are valid however often one looks.</p>`;
  return { title: 'Whether acting on the answers changes the labels', body: html`${table(headings, lines)}${sample}` };
}
