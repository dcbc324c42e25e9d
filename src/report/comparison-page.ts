import { type ColumnComparison, type ComparedTable, type Comparison, comparedStanding } from '../drift/comparison.ts';
import { findingList } from './finding-list.ts';
import { histogramSvg, legend } from './histogram-svg.ts';
import { html, type Markup } from './markup.ts';
import { formatCount, formatEffect, formatInterval, formatNumber, formatP, formatShare } from './numbers.ts';
import { badge, renderPage } from './page.ts';
import { table } from './page-table.ts';

/** The result of `perennial compare` as a page with pictures, worst columns first. */
export function comparisonPage(comparison: Comparison): string {
  const { reference, current, alpha, minimumEffect, tests, columns, findings, drifted, summary } = comparison;
  return renderPage({
    title: 'Comparison of two tables',
    verdict: drifted ? { tone: 'bad', word: 'different' } : { tone: 'good', word: 'same' },
    summary,
    facts: [
      ['reference', tableWords(reference)],
      ['current', tableWords(current)],
      ['columns', formatCount(columns.length)],
      ['drifted', formatCount(columns.filter((column) => column.drifted).length)],
    ],
    sections: [
      ...(findings.length > 0 ? [{ title: 'Findings', body: findingList(findings) }] : []),
      { title: 'Columns', body: html`${legend}${columnTable(columns)}` },
    ],
    footer: [
      `A false alarm of this one look has a probability of at most ${formatShare(alpha)}, over all ${formatCount(tests)} tests (Holm).`,
      `A column counts as drifted when its test is significant and its effect is at least ${formatNumber(minimumEffect)} (W1/sd or total variation).`,
    ],
  });
}

function tableWords({ name, rows }: ComparedTable): string {
  return `${name}, ${formatCount(rows)} rows`;
}

function columnTable(columns: readonly ColumnComparison[]): Markup {
  return table(
    [
      'column',
      '',
      { number: 'effect' },
      { number: 'p (adjusted)' },
      { number: 'missing' },
      'reference and current',
      'distances',
    ],
    columns.map((column) => [
      html`<strong>${column.column}</strong><small>${kindWords(column)}</small>`,
      standings[comparedStanding(column)],
      html`${formatEffect(column.effect.value, column.effect.name)}<small>${formatInterval(column.effect.interval, false)}</small>`,
      html`${formatP(decidingP(column))}`,
      html`${missingWords(column)}`,
      html`${histogramSvg(column.histogram, column.drifted)}${column.findings.map((says) => html`<small>${says}</small>`)}`,
      html`${distanceWords(column).map((says) => html`<small>${says}</small>`)}`,
    ]),
  );
}

const standings = {
  drifted: badge('bad', 'drifted'),
  same: badge('good', 'same'),
  'not compared': badge('plain', 'not compared'),
} as const;

function kindWords({ kind, types }: ColumnComparison): string {
  return types.reference === types.current
    ? `${kind}, ${types.reference}`
    : `${kind}, ${types.reference} → ${types.current}`;
}

/** The smallest of those that decide. */
function decidingP({ tests }: ColumnComparison): number | null {
  const decided = tests.flatMap(({ adjustedP }) => (adjustedP === null ? [] : [adjustedP]));
  return decided.length === 0 ? null : Math.min(...decided);
}

function missingWords({ reference, current }: ColumnComparison): string {
  const share = ({ present, missing, unreadable }: ColumnComparison['reference']): number | null => {
    const rows = present + missing + unreadable;
    return rows === 0 ? null : missing / rows;
  };
  return `${formatShare(share(reference))} → ${formatShare(share(current))}`;
}

function distanceWords({ distances }: ColumnComparison): string[] {
  return Object.entries(distances).map(([name, value]) => `${name} ${formatNumber(value)}`);
}
