import type { HoldbackDetail } from '../../api/wire.ts';
import { formatCount, formatNumber, formatP, formatShare, formatSigned } from '../../report/numbers.ts';
import type { HoldbackReport } from '../../rollout/holdback.ts';
import { paint, type Style } from './style.ts';
import { renderTable } from './table.ts';

/** Labels of held-back answers beside those of the rest. */
export function renderHoldback({ model, days, report }: HoldbackDetail, style: Style): string {
  const head = paint(style, 'strong', model);
  if (report === null) return `${head}  no answer of the last ${days} days was held back and labelled.`;
  const columns = [
    { title: 'label' },
    { title: 'acted upon', align: 'right' },
    { title: 'held back', align: 'right' },
    { title: 'difference', align: 'right' },
    { title: '95 %' },
    { title: 'p', align: 'right' },
  ] as const;
  const rows = report.rows.map(({ what, rest, holdback, difference, low, high, p }) => {
    const value = what === 'mean' ? formatNumber : formatShare;
    return [
      what,
      value(rest),
      value(holdback),
      formatSigned(difference),
      `${formatSigned(low)} to ${formatSigned(high)}`,
      formatP(p),
    ];
  });
  const { rest, holdback } = report.labelled;
  return [
    `${head}  ${formatCount(holdback)} labelled answers held back, ${formatCount(rest)} acted upon, ${days} days`,
    renderTable(columns, rows, { ...style, indent: 2 }),
    verdictLine(report, style),
  ].join('\n');
}

function verdictLine({ verdict }: HoldbackReport, style: Style): string {
  if (verdict === 'feedback')
    return paint(
      style,
      'bad',
      '✖ Acting on the answers changes what happens: quality measured on the rest is not that of the model.',
    );
  if (verdict === 'too-few') return paint(style, 'warn', '● Too few labels to say anything.');
  return paint(style, 'good', '✔ No sign that acting on the answers changes the labels.');
}
