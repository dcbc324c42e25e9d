import { type ColumnComparison, type Comparison, comparedStanding } from '../../drift/comparison.ts';
import { formatCount, formatEffect, formatInterval, formatNumber, formatP, formatShare } from '../../report/numbers.ts';
import { histogramPair } from './histogram.ts';
import { paint, paragraph, type Style, type Tone, wrap } from './style.ts';
import { type Cell, renderTable } from './table.ts';

/** Two tables, which columns drifted (worst first) with small histograms, and what else is wrong. */
export function renderComparison(comparison: Comparison, style: Style): string {
  const { drifted, summary, columns, alpha, minimumEffect, tests } = comparison;
  const verdict = drifted ? paint(style, 'bad', '✖ different') : paint(style, 'good', '✔ same');
  const family = `false alarms: ${formatShare(alpha)} of looks, over all ${formatCount(tests)} tests (Holm); smallest effect ${formatNumber(minimumEffect)}`;
  return [
    `${paint(style, 'strong', 'two tables: current against reference')}  ${verdict}`,
    paragraph(summary, style),
    '',
    tableTable(comparison, style),
    '',
    columnTable(columns, style),
    ...findingLines(comparison, style),
    paragraph(family, style, 'muted'),
  ].join('\n');
}

function tableTable({ reference, current }: Comparison, style: Style): string {
  const row = (side: string, { name, rows, files, columns }: Comparison['reference']) =>
    [
      side,
      name,
      `${formatCount(rows)} rows`,
      `${formatCount(columns)} columns`,
      files === 1 ? '1 file' : `${formatCount(files)} files`,
    ] as const;
  const titles = [
    { title: '' },
    { title: '', shrinkTo: 20, folds: true },
    { title: '', align: 'right' },
    { title: '', align: 'right', dropOrder: 1 },
    { title: '', align: 'right', dropOrder: 2 },
  ] as const;
  return renderTable(titles, [row('reference', reference), row('current', current)], { ...style, indent: 2 });
}

function columnTable(columns: readonly ColumnComparison[], style: Style): string {
  const titles = [
    { title: 'column', shrinkTo: 14 },
    { title: '' },
    { title: 'effect', align: 'right' },
    { title: '95 % interval', dropOrder: 3 },
    { title: 'p (adj.)', align: 'right' },
    { title: 'missing', align: 'right', dropOrder: 2 },
    { title: 'reference' },
    { title: 'current' },
    { title: 'test', dropOrder: 4 },
  ] as const;
  const shown = columns.slice(0, shownColumns);
  const rows = shown.map((column) => columnRow(column, style.width >= 100 ? 16 : 10));
  const rest = columns.length - shown.length;
  const more = rest > 0 ? [paint(style, 'muted', `  ${formatCount(rest)} more columns, see --json`)] : [];
  return [renderTable(titles, rows, { ...style, indent: 2 }), ...more].join('\n');
}

/** What a person can look through; a table of thousands of columns is a program's to read. */
const shownColumns = 60;

function columnRow(column: ColumnComparison, bins: number): Cell[] {
  const { histogram, drifted, effect, tests, distances } = column;
  const [before, after] = histogramPair(histogram.reference, histogram.current, bins);
  const decided = tests.find(({ name, adjustedP }) => name !== 'missing-share' && adjustedP !== null);
  const missing = (side: ColumnComparison['reference']): string => {
    const rows = side.present + side.missing + side.unreadable;
    return formatShare(rows === 0 ? null : side.missing / rows);
  };
  return [
    drifted ? { text: column.column, tone: 'bad' } : column.column,
    standings[comparedStanding(column)],
    effect.value === null && distances.ks != null
      ? `${formatNumber(distances.ks)} KS`
      : formatEffect(effect.value, effect.name),
    { text: formatInterval(effect.interval, false), tone: 'muted' },
    formatP(decided?.adjustedP ?? null),
    `${missing(column.reference)} → ${missing(column.current)}`,
    { text: before, tone: 'muted' },
    { text: after, tone: drifted ? 'bad' : 'plain' },
    { text: decided === undefined ? 'none decides' : testNames[decided.name], tone: 'muted' },
  ];
}

const standings = {
  drifted: { text: '✖ drifted', tone: 'bad' },
  same: { text: '✔ same', tone: 'good' },
  'not compared': { text: '· not compared', tone: 'muted' },
} as const;

const testNames = {
  ks: 'Kolmogorov-Smirnov',
  'chi-square': 'chi-square',
  'g-test': 'G-test',
  proportion: 'two shares',
  'missing-share': 'missing share',
} as const;

function findingLines({ findings }: Comparison, style: Style): string[] {
  if (findings.length === 0) return [''];
  const lines = findings.slice(0, shownFindings).flatMap(({ severity, column, says }) => {
    const [mark, tone] = marks[severity];
    const [first = '', ...rest] = wrap(column === null ? says : `${column}: ${says}`, style.width - 4);
    return [`  ${paint(style, tone, mark)} ${first}`, ...rest.map((line) => `    ${line}`)];
  });
  const rest = findings.length - shownFindings;
  return [
    '',
    ...lines,
    ...(rest > 0 ? [paint(style, 'muted', `  ${formatCount(rest)} more findings, see --json`)] : []),
  ];
}

const shownFindings = 40;
const marks: Readonly<Record<'critical' | 'warning' | 'info', readonly [string, Tone]>> = {
  critical: ['✖', 'bad'],
  warning: ['●', 'warn'],
  info: ['-', 'muted'],
};
