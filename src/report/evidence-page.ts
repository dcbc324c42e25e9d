import type { CandidateEvaluation, EvaluationReport, Verdict } from '../evaluation/report.ts';
import { scoredByCommand } from '../training/predict-command.ts';
import { html } from './markup.ts';
import { formatCount, formatNumber } from './numbers.ts';
import { badge, renderPage, type Section, type Tone } from './page.ts';
import { thresholdWords } from './threshold-words.ts';
import { besideSections } from './version-beside.ts';
import { comparisonSection, gateSection, sliceSection } from './version-evidence.ts';
import { pictureSections } from './version-pictures.ts';

/** What a run waits for approval on, as a page that needs nothing else: every candidate beside the champion, and its gates. */
export function evidencePage(report: EvaluationReport): string {
  const { model, run, holdoutRows, champion, winner, candidates, snapshot } = report;
  const won = winner ? `v${winner.version} (${winner.candidate}) passes its gates` : 'No candidate passes its gates';
  const against = champion ? ` against champion v${champion.version}` : '';
  return renderPage({
    title: `${model}: ${run}`,
    verdict: winner ? { tone: 'good', word: 'pass' } : { tone: 'bad', word: 'nothing better' },
    summary: `${won}, judged on ${formatCount(holdoutRows)} held-out rows${against}.`,
    facts: [
      ['champion', champion ? `v${champion.version}` : 'none'],
      ['held-out rows', formatCount(holdoutRows)],
      ['snapshot', snapshot],
    ],
    sections: candidates.flatMap((candidate) => candidateSections(candidate, report)),
    footer: winner ? [`To decide: perennial approve ${run}, or perennial reject ${run}, each with a reason.`] : [],
  });
}

const tones: Readonly<Record<Verdict, Tone>> = { pass: 'good', fail: 'bad', inconclusive: 'warn' };

function candidateSections(one: CandidateEvaluation, report: EvaluationReport): Section[] {
  const { candidate, version, verdict, trainerMetrics, slices, serving } = one;
  const trainer = Object.entries(trainerMetrics).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  const decides = thresholdWords(one, report.champion);
  const facts = [
    ...(decides === null ? [] : [decides]),
    serving.scoredBy ? scoredByCommand : `answers a row in ${formatNumber(serving.p99Ms)} ms (p99)`,
    ...(trainer.length > 0 ? [`its trainer said ${trainer.join(', ')}`] : []),
  ];
  return [
    { title: `v${version} (${candidate})`, body: html`<p>${badge(tones[verdict], verdict)} ${facts.join('; ')}</p>` },
    gateSection(one),
    comparisonSection(one),
    ...pictureSections(version, report.champion?.version, report.pictures ?? []),
    ...(slices.length > 0 ? [sliceSection(one)] : []),
    ...(report.beside ? besideSections(report.beside, version) : []),
  ];
}
