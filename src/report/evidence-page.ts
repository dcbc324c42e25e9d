import type { CandidateEvaluation, EvaluationReport, GateResult, Verdict } from '../evaluation/report.ts';
import { html, type Markup } from './markup.ts';
import { formatCount, formatInterval, formatNumber, formatSigned } from './numbers.ts';
import { badge, renderPage, type Section, type Tone } from './page.ts';
import { table } from './page-table.ts';

/** What a run waits for approval on, as a page that needs nothing else: every candidate beside the champion, and its gates. */
export function evidencePage(report: EvaluationReport): string {
  const { model, run, holdoutRows, champion, winner, candidates, snapshot } = report;
  const won = winner ? `v${winner.version} (${winner.candidate}) passes its gates` : 'no candidate passes its gates';
  return renderPage({
    title: `${model}: ${run}`,
    verdict: winner ? { tone: 'good', word: 'pass' } : { tone: 'bad', word: 'nothing better' },
    summary: `${won}, judged on ${formatCount(holdoutRows)} held-out rows${champion ? ` against champion v${champion.version}` : ''}.`,
    facts: [
      ['champion', champion ? `v${champion.version}` : 'none'],
      ['held-out rows', formatCount(holdoutRows)],
      ['snapshot', snapshot],
    ],
    sections: candidates.map(candidateSection),
    footer: [`To decide: perennial approve ${run}, or perennial reject ${run}, each with a reason.`],
  });
}

const tones: Readonly<Record<Verdict, Tone>> = { pass: 'good', fail: 'bad', inconclusive: 'warn' };

function candidateSection({ candidate, version, verdict, comparisons, gates }: CandidateEvaluation): Section {
  const body = html`<p>${badge(tones[verdict], verdict)}</p>${gateTable(gates)}${metricTable(comparisons)}`;
  return { title: `v${version} (${candidate})`, body };
}

function gateTable(gates: readonly GateResult[]): Markup {
  return table(
    ['gate', '', { number: 'value' }, { number: 'interval' }, { number: 'rows' }, ''],
    gates.map(({ name, verdict, value, interval, n, counterfactual, gate }) => [
      html`<strong>${name}</strong>`,
      html`${badge(tones[verdict], verdict)}${gate.dryRun ? html`<small>only reported</small>` : null}`,
      html`${formatNumber(value)}`,
      html`${formatInterval(interval)}`,
      html`${formatCount(n)}`,
      html`<small>${counterfactual}</small>`,
    ]),
  );
}

function metricTable(comparisons: CandidateEvaluation['comparisons']): Markup {
  return table(
    ['metric', { number: 'champion' }, { number: 'this version' }, { number: 'difference' }, { number: 'interval' }],
    comparisons.map(({ metric, champion, challenger, difference, interval }) => [
      html`${metric}`,
      html`${formatNumber(champion)}`,
      html`${formatNumber(challenger)}`,
      html`${formatSigned(difference)}`,
      html`${formatInterval(interval)}`,
    ]),
  );
}
