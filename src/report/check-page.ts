import type { CheckReport } from '../monitor/report.ts';
import { saySegment } from '../monitor/say-segment.ts';
import { standingOf } from '../monitor/standing.ts';
import { estimateSection, performanceSection, predictionSection } from './check-sections.ts';
import { feedbackSection } from './feedback-section.ts';
import { findingList } from './finding-list.ts';
import { histogramSvg, legend } from './histogram-svg.ts';
import { html, type Markup } from './markup.ts';
import { formatCount, formatDay, formatEffect, formatNumber, formatP, formatShare } from './numbers.ts';
import { badge, renderPage, type Section } from './page.ts';
import { table } from './page-table.ts';

/** A check as a page with pictures: findings, columns (worst first), answers, performance. Self-contained. */
export function checkPage(report: CheckReport): string {
  const { model, asOf, alarm, champion, reference, current, summary, findings, falseAlarm, minimumEffect } = report;
  return renderPage({
    title: `${model} as of ${formatDay(asOf)}`,
    verdict: alarm ? { tone: 'bad', word: 'alarm' } : { tone: 'good', word: 'quiet' },
    summary,
    facts: [
      ['champion', champion === null ? 'none' : `v${champion}`],
      [`reference (${reference.choice})`, span(reference)],
      ['current', span(current)],
    ],
    sections: [
      ...(findings.length > 0 ? [{ title: 'Findings', body: findingList(findings) }] : []),
      ...(report.columns.length > 0 ? [{ title: 'Columns', body: columnTable(report) }] : []),
      ...answerSections(report),
    ],
    footer: [
      `Unchanged data raises any alarm with a probability of at most ${formatShare(falseAlarm.rate)} in ${falseAlarm.periodDays} days, over all columns, metrics and days together.`,
      `A difference counts from ${formatNumber(minimumEffect)} standard deviations, or as a share of rows, however certain it is. p-values are multiplied by the number of tests of the period.`,
      'Estimated values come from scores alone, before labels are known; they are never mixed with realised ones.',
    ],
  });
}

function span({ from, to, rows }: CheckReport['current']): string {
  return `${formatDay(from)} to ${formatDay(to)}, ${formatCount(rows)} rows`;
}

const standings = {
  drifted: badge('bad', 'drifted'),
  unsure: badge('warn', 'unsure'),
  same: badge('good', 'same'),
  unjudged: badge('plain', 'not judged'),
} as const;

function columnTable({ columns, minimumEffect }: CheckReport): Markup {
  const rows = table(
    [
      'column',
      '',
      { number: 'effect' },
      { number: 'p (of the period)' },
      { number: 'missing' },
      'reference and current window',
    ],
    columns.map((column) => [
      html`<strong>${column.column}</strong><small>${column.kind}</small>`,
      standings[standingOf(column, minimumEffect)],
      html`${formatEffect(column.effect, column.effectName)}`,
      html`${formatP(column.adjustedP)}`,
      html`${formatShare(column.missing.reference)} → ${formatShare(column.missing.current)}`,
      html`${histogramSvg(column.histogram, column.drifted)}${column.findings.map((says) => html`<small>${says}</small>`)}${(column.segments ?? []).slice(1).map((segment) => html`<small>${saySegment(segment)}</small>`)}`,
    ]),
  );
  return html`${legend}${rows}`;
}

function answerSections({ performanceReport, prediction, feedback }: CheckReport): Section[] {
  return [
    ...(performanceReport ? [performanceSection(performanceReport), ...estimateSection(performanceReport)] : []),
    ...(prediction && prediction.rows > 0 ? [predictionSection(prediction)] : []),
    ...(feedback ? [feedbackSection(feedback)] : []),
  ];
}
