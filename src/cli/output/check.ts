import type { CheckReport, ColumnDrift, PerformanceDrift } from '../../drift/report.ts';
import { formatCount, formatDay, formatInterval, formatNumber, formatP, formatShare } from '../../report/numbers.ts';
import { histogramPair } from './histogram.ts';
import { paint, type Style, wrap } from './style.ts';
import { type Cell, renderTable } from './table.ts';

/** The check's evidence: windows, what drifted (worst first) with small histograms, performance, data quality. */
export function renderCheck(report: CheckReport, style: Style): string {
  const { model, asOf, alarm, champion, summary } = report;
  const verdict = alarm ? paint(style, 'bad', '✖ alarm') : paint(style, 'good', '✔ quiet');
  const against = champion === null ? '' : `  champion v${champion}`;
  return [
    `${paint(style, 'strong', `${model} as of ${formatDay(asOf)}`)}  ${verdict}${against}`,
    ...wrap(summary, style.width - 2).map((line) => `  ${line}`),
    '',
    windowTable(report, style),
    '',
    columnTable(report.columns, style),
    ...findings(report, style),
    ...(report.performance ? ['', performanceLine(report.performance, style)] : []),
    ...quality(report).map((line) => paint(style, 'bad', `  ✖ ${line}`)),
    paint(
      style,
      'muted',
      `  false alarms: ${formatShare(report.alpha)} of looks, over all columns (Holm); smallest effect ${formatNumber(report.minimumEffect)}`,
    ),
  ].join('\n');
}

function windowTable({ reference, current }: CheckReport, style: Style): string {
  const row = (name: string, { from, to, rows }: CheckReport['reference']) =>
    [name, `${formatDay(from)} to ${formatDay(to)}`, `${formatCount(rows)} rows`] as const;
  const columns = [{ title: '' }, { title: '' }, { title: '', align: 'right' }] as const;
  return renderTable(columns, [row('reference', reference), row('current', current)], { ...style, indent: 2 });
}

function columnTable(columns: readonly ColumnDrift[], style: Style): string {
  const titles = [
    { title: 'column', shrinkTo: 14 },
    { title: '' },
    { title: 'effect', align: 'right' },
    { title: 'p (adj.)', align: 'right' },
    { title: 'missing', align: 'right', dropOrder: 2 },
    { title: 'reference' },
    { title: 'current' },
    { title: 'test', dropOrder: 3 },
  ] as const;
  const rows = worstFirst(columns).map((column) => columnRow(column, style.width >= 100 ? 16 : 10));
  return renderTable(titles, rows, { ...style, indent: 2 });
}

function columnRow(column: ColumnDrift, bins: number): Cell[] {
  const { histogram, drifted, effect, effectName, adjustedP, missing, test } = column;
  const [reference, current] = histogramPair(histogram.reference, histogram.current, bins);
  return [
    drifted ? { text: column.column, tone: 'bad' } : column.column,
    drifted ? { text: '✖ drifted', tone: 'bad' } : { text: '✔ same', tone: 'good' },
    `${formatNumber(effect)} ${effectName}`,
    formatP(adjustedP),
    `${formatShare(missing.reference)} → ${formatShare(missing.current)}`,
    { text: reference, tone: 'muted' },
    { text: current, tone: drifted ? 'bad' : 'plain' },
    { text: test === 'ks' ? 'Kolmogorov-Smirnov' : 'chi-square', tone: 'muted' },
  ];
}

function worstFirst(columns: readonly ColumnDrift[]): ColumnDrift[] {
  return [...columns].sort(
    (a, b) => Number(b.drifted) - Number(a.drifted) || (b.effect ?? 0) - (a.effect ?? 0) || compare(a.column, b.column),
  );
}

const compare = (a: string, b: string) => (a < b ? -1 : 1);

function findings({ columns }: CheckReport, style: Style): string[] {
  const told = worstFirst(columns).flatMap((column) =>
    column.findings.map((finding) => `${column.column}: ${finding}`),
  );
  if (told.length === 0) return [];
  const lines = told.flatMap((text) => {
    const [first = '', ...rest] = wrap(text, style.width - 4);
    return [`  - ${first}`, ...rest.map((line) => `    ${line}`)];
  });
  return ['', ...lines];
}

function performanceLine(performance: PerformanceDrift, style: Style): string {
  const { metric, reference, current, interval, labelled, waitingForLabels, verdict } = performance;
  const mark = { fell: ['bad', '✖ fell'], held: ['good', '✔ held'], inconclusive: ['warn', '● inconclusive'] } as const;
  const [tone, word] = mark[verdict];
  const values = `${metric} ${formatNumber(reference)} → ${formatNumber(current)} ${formatInterval(interval, false)}`;
  const sample = `${formatCount(labelled)} labelled, ${formatCount(waitingForLabels)} wait for labels`;
  return `  ${paint(style, tone, word)}  ${values.trimEnd()}  ${paint(style, 'muted', sample)}`;
}

function quality({ missingColumns, missingDays, duplicateIds }: CheckReport): string[] {
  return [
    ...(missingColumns.length > 0 ? [`columns are missing: ${missingColumns.join(', ')}`] : []),
    ...(missingDays.length > 0 ? [`days are missing: ${missingDays.join(', ')}`] : []),
    ...(duplicateIds > 0 ? [`${formatCount(duplicateIds)} ids occur more than once`] : []),
  ];
}
