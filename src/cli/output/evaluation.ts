import { metricDirection } from '../../evaluation/metrics.ts';
import type { CandidateEvaluation, Comparison, EvaluationReport, SliceResult } from '../../evaluation/report.ts';
import { formatCount, formatInterval, formatNumber, formatSigned } from '../../report/numbers.ts';
import { servingWords } from '../../report/serving-words.ts';
import { thresholdWords } from '../../report/threshold-words.ts';
import { renderBeside } from './evaluation-beside.ts';
import { foundSlices, renderShown, switchLine } from './evaluation-shown.ts';
import { renderGates } from './gates.ts';
import { paint, paragraph, type Style } from './style.ts';
import { renderTable } from './table.ts';
import { verdictMark } from './verdict.ts';

/** Champion and challengers on the same held-out rows, with intervals, worst slices, serving time and gates. */
export function renderEvaluation(report: EvaluationReport, style: Style): string {
  const { run, holdoutRows, champion, snapshot, winner } = report;
  const against = champion ? `against champion v${champion.version}` : 'the first version: there is no champion yet';
  const head = `${paint(style, 'strong', run)}  ${formatCount(holdoutRows)} held-out rows, ${against}`;
  const source = paint(style, 'muted', `snapshot ${snapshot}`);
  const candidates = report.candidates.map((candidate) => renderCandidate(candidate, report, style));
  const end = winner ? `Winner: v${winner.version} (${winner.candidate})` : 'Winner: none';
  const beside = report.beside ? renderBeside(report.beside, style) : [];
  const shown = winner ?? report.candidates[0];
  const name = `${report.model}@${shown?.version ?? ''}`;
  const next = paint(style, 'muted', `perennial explain ${name}\nperennial card ${name} --html report.html`);
  return [
    `${head}\n${source}`,
    ...candidates,
    ...renderShown(report, style),
    ...beside,
    paint(style, 'strong', end),
    next,
  ].join('\n\n');
}

/** One challenger: what it does better or worse, and what its gates say. */
export function renderCandidate(
  candidate: CandidateEvaluation,
  report: Pick<EvaluationReport, 'champion'>,
  style: Style,
): string {
  const mark = verdictMark(candidate.verdict);
  const title = paint(style, 'strong', `v${candidate.version} ${candidate.candidate}`);
  const verdict = paint(style, mark.tone, `${mark.glyph} ${mark.word}`);
  return [
    `${title}  ${verdict}`,
    report.champion ? comparisonTable(candidate, style) : metricTable(candidate, style),
    ...[...decisionLine(candidate, report), servingWords(candidate), ...switchLine(candidate)].map((line) =>
      paragraph(line, style),
    ),
    '',
    ...worstSlices(candidate.slices, style),
    ...foundSlices(candidate, style),
    renderGates(candidate.gates, { ...style, indent: 2 }),
  ].join('\n');
}

/** Averages over classes are in the JSON; here they are told where a gate looks at them, or there are more than two classes. */
function isTold(metric: string, { metrics, gates }: CandidateEvaluation): boolean {
  const average = 'f1' in metrics && /^(macro|weighted)[A-Z]/.test(metric);
  return !average || gates.some(({ name }) => name.startsWith(metric));
}

function comparisonTable(candidate: CandidateEvaluation, style: Style): string {
  const comparisons = candidate.comparisons.filter(({ metric }) => isTold(metric, candidate));
  const confidence = comparisons.find(({ interval }) => interval)?.interval?.confidence ?? 0.95;
  const columns = [
    { title: 'metric', shrinkTo: 12 },
    { title: 'champion', align: 'right' },
    { title: 'challenger', align: 'right' },
    { title: 'difference', align: 'right' },
    { title: `${Math.round(confidence * 1_000) / 10} % interval` },
  ] as const;
  const rows = comparisons.map(({ metric, champion, challenger, difference, interval }) => [
    metric,
    formatNumber(champion),
    formatNumber(challenger),
    formatSigned(difference),
    formatInterval(interval),
  ]);
  return renderTable(columns, rows, { ...style, indent: 2 });
}

function metricTable(candidate: CandidateEvaluation, style: Style): string {
  const metrics = Object.entries(candidate.metrics).filter(([metric]) => isTold(metric, candidate));
  const rows = metrics.map(([metric, value]) => [metric, formatNumber(value)]);
  const columns = [
    { title: 'metric', shrinkTo: 12 },
    { title: 'value', align: 'right' },
  ] as const;
  return renderTable(columns, rows, { ...style, indent: 2 });
}

function decisionLine(candidate: CandidateEvaluation, { champion }: Pick<EvaluationReport, 'champion'>): string[] {
  const decides = thresholdWords(candidate, champion);
  return decides === null ? [] : [decides];
}

const slicesShown = 3;

/** More is better for the challenger. */
function merit(comparison: Comparison | undefined): number {
  const sign = metricDirection(comparison?.metric ?? '') === 'higher' ? 1 : -1;
  return sign * (comparison?.difference ?? 0);
}

/** The slices where the challenger loses most; gains are not news. */
function worstSlices(slices: readonly SliceResult[], style: Style): string[] {
  const losses = slices
    .map((slice) => ({ slice, comparison: slice.comparisons[0] }))
    .filter(({ comparison }) => typeof comparison?.difference === 'number')
    .sort((a, b) => merit(a.comparison) - merit(b.comparison))
    .slice(0, slicesShown);
  if (losses.length === 0) return [];
  const metric = losses[0]?.comparison?.metric ?? '';
  const rows = losses.map(({ slice: { column, value, n }, comparison }) => [
    `${column}=${value}`,
    formatSigned(comparison?.difference),
    formatInterval(comparison?.interval ?? null),
    formatCount(n),
  ]);
  const columns = [
    { title: `worst slices by ${metric}`, shrinkTo: 20 },
    { title: 'difference', align: 'right' },
    { title: 'interval', dropOrder: 1 },
    { title: 'n', align: 'right' },
  ] as const;
  return [renderTable(columns, rows, { ...style, indent: 2 }), ''];
}
