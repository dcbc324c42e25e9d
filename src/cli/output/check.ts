import type { Finding, Severity } from '../../alarm/finding.ts';
import { sayFinding } from '../../alarm/say.ts';
import type { ColumnDrift, PerformanceDrift } from '../../drift/report.ts';
import type { CheckReport } from '../../monitor/report.ts';
import { saySegment } from '../../monitor/say-segment.ts';
import { standingOf } from '../../monitor/standing.ts';
import {
  formatCount,
  formatDay,
  formatEffect,
  formatInterval,
  formatNumber,
  formatP,
  formatShare,
} from '../../report/numbers.ts';
import { answersLines } from './check-answers.ts';
import { histogramPair } from './histogram.ts';
import { paint, paragraph, type Style, type Tone, widthOf, wrap } from './style.ts';
import { type Cell, renderTable } from './table.ts';

/** The check's evidence: windows, findings and columns (worst first) with small histograms, answers and performance. */
export function renderCheck(report: CheckReport, style: Style): string {
  const { model, asOf, alarm, champion, summary, performance } = report;
  const verdict = alarm ? paint(style, 'bad', '✖ alarm') : paint(style, 'good', '✔ quiet');
  const against = champion === null ? '' : `  champion v${champion}`;
  return [
    `${paint(style, 'strong', `${model} as of ${formatDay(asOf)}`)}  ${verdict}${against}`,
    paragraph(summary, style),
    '',
    windowTable(report, style),
    ...findingLines(report.findings, style),
    '',
    ...(report.columns.length > 0 ? [columnTable(report, style)] : []),
    ...segmentLines(report, style),
    ...(performance ? ['', performanceLine(performance, style)] : []),
    ...answersLines(report, style),
    paragraph(statement(report), style, 'muted'),
  ].join('\n');
}

function windowTable({ reference, current }: CheckReport, style: Style): string {
  const row = (name: string, { from, to, rows }: CheckReport['current']) =>
    [name, `${formatDay(from)} to ${formatDay(to)}`, `${formatCount(rows)} rows`] as const;
  const columns = [{ title: '' }, { title: '' }, { title: '', align: 'right' }] as const;
  const name = reference.choice === 'training' ? 'reference' : reference.choice;
  return renderTable(columns, [row(name, reference), row('current', current)], { ...style, indent: 2 });
}

const marks: Readonly<Record<Severity, readonly [Tone, string]>> = {
  critical: ['bad', '✖'],
  warning: ['warn', '●'],
  info: ['muted', '·'],
};
/** More would push the table off the screen; --json has them all. */
const findingsShown = 12;

function findingLines(findings: readonly Finding[], style: Style): string[] {
  if (findings.length === 0) return [];
  const shown = findings.slice(0, findingsShown).flatMap((finding) => {
    const [tone, mark] = marks[finding.severity];
    const [first = '', ...rest] = wrap(sayFinding(finding), style.width - 4);
    return [`  ${paint(style, tone, mark)} ${first}`, ...rest.map((line) => `    ${line}`)];
  });
  const left = findings.length - findingsShown;
  return ['', ...shown, ...(left > 0 ? [paint(style, 'muted', `    and ${left} more`)] : [])];
}

function columnTable({ columns, minimumEffect }: CheckReport, style: Style): string {
  const titles = [
    { title: 'column', shrinkTo: 14 },
    { title: '' },
    { title: 'effect', align: 'right' },
    { title: 'p (adj.)', align: 'right' },
    { title: 'missing', align: 'right', dropOrder: 2 },
    { title: 'reference' },
    { title: 'current' },
  ] as const;
  const rows = columns.map((column) => columnRow(column, minimumEffect, style.width >= 100 ? 16 : 10));
  return renderTable(titles, rows, { ...style, indent: 2 });
}

/** Further segments that a drift is about: the first one stands in its finding. */
function segmentLines({ columns }: CheckReport, style: Style): string[] {
  return columns.flatMap(({ column, segments = [] }) => {
    const said = segments.slice(1).map(saySegment).join('; ');
    return said === '' ? [] : ['', ...wrap(`${column} also: ${said}`, style.width - 4).map((line) => `    ${line}`)];
  });
}

const standings = {
  drifted: { text: '✖ drifted', tone: 'bad' },
  unsure: { text: '● unsure', tone: 'warn' },
  same: { text: '✔ same', tone: 'good' },
  unjudged: { text: '· not judged', tone: 'muted' },
} as const;

function columnRow(column: ColumnDrift, minimumEffect: number, bins: number): Cell[] {
  const { histogram, drifted, effect, effectName, adjustedP, missing } = column;
  const [reference, current] = histogramPair(histogram.reference, histogram.current, bins);
  return [
    drifted ? { text: column.column, tone: 'bad' } : column.column,
    standings[standingOf(column, minimumEffect)],
    formatEffect(effect, effectName),
    formatP(adjustedP),
    `${formatShare(missing.reference)} → ${formatShare(missing.current)}`,
    { text: reference, tone: 'muted' },
    { text: current, tone: drifted ? 'bad' : 'plain' },
  ];
}

function performanceLine(performance: PerformanceDrift, style: Style): string {
  const { metric, reference, current, interval, labelled, waitingForLabels, verdict } = performance;
  const mark = { fell: ['bad', '✖ fell'], held: ['good', '✔ held'], inconclusive: ['warn', '● inconclusive'] } as const;
  const [tone, word] = mark[verdict];
  const values = `${metric} ${formatNumber(reference)} → ${formatNumber(current)} ${formatInterval(interval, false)}`;
  const sample = `${formatCount(labelled)} labelled, ${formatCount(waitingForLabels)} wait for labels`;
  const line = `  ${paint(style, tone, word)}  ${values.trimEnd()}`;
  const room = style.width - widthOf(line) - 2;
  return `${line}${sample.length <= room ? '  ' : '\n    '}${paint(style, 'muted', sample)}`;
}

function statement({ falseAlarm: { rate, periodDays }, minimumEffect }: CheckReport): string {
  return `false alarms: at most ${formatShare(rate)} for ${periodDays} days of checks, all columns together; smallest effect ${formatNumber(minimumEffect)}`;
}
