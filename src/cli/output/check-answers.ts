import type { CheckReport, PerformanceReport } from '../../monitor/report.ts';
import type { PredictionDrift } from '../../performance/prediction-drift.ts';
import { formatCount, formatInterval, formatNumber, formatShare, formatSigned } from '../../report/numbers.ts';
import type { FeedbackReport } from '../../rollout/feedback.ts';
import { sayInterval, sayRow } from '../../rollout/feedback-finding.ts';
import { paragraph, type Style } from './style.ts';

/** What is expected before labels come, why a loss changed, and whether the champion answers otherwise. */
export function answersLines({ performanceReport, prediction, feedback }: CheckReport, style: Style): string[] {
  const lines = [
    ...(performanceReport ? [...estimateLines(performanceReport), ...shiftLines(performanceReport)] : []),
    ...(prediction && prediction.rows > 0 ? [predictionLine(prediction)] : []),
    ...(feedback ? [feedbackLine(feedback)] : []),
  ];
  return lines.map((line) => paragraph(line, style, 'muted'));
}

/** Never without how well such estimates did where the truth is known by now. */
function estimateLines({ monitored: { estimate, reconciliation } }: PerformanceReport): string[] {
  if (!estimate) return [];
  const { metric, estimated, interval, rows } = estimate;
  const weeks = reconciliation?.windows.length ?? 0;
  const trust =
    weeks > 0 && reconciliation?.covered !== null && reconciliation !== null
      ? `; past estimates held in ${formatShare(reconciliation.covered)} of ${weeks} weeks`
      : '';
  return [
    `estimated before labels: ${metric} ${formatNumber(estimated)} ${formatInterval(interval, false)} on ${formatCount(rows)} rows${trust}`,
  ];
}

function shiftLines({ shift }: PerformanceReport): string[] {
  if (!shift) return [];
  const { verdict, covariate, concept } = shift;
  const parts = `other inputs ${formatSigned(covariate.value)}, other answers to the same inputs ${formatSigned(concept.value)}`;
  return [`why the loss changed: ${verdict} (${parts} of mean loss)`];
}

function predictionLine({ level, classes, distance }: PredictionDrift): string {
  const shares = classes.map(({ class: name, watched }) => {
    const now = watched.look?.value ?? null;
    return `share answered as ${name} ${formatShare(watched.reference)} → ${formatShare(now)}`;
  });
  const rank = `mean rank of scores ${formatNumber(level.reference)} → ${formatNumber(level.look?.value)}`;
  return `answers: ${[rank, ...shares].join(', ')}, PSI ${formatNumber(distance.psi)}`;
}

const feedbackWords = {
  feedback: 'acting on the answers changes the labels',
  'nothing-found': 'no sign that acting on the answers changes the labels',
  inconclusive: 'inconclusive, too few labels',
} as const;

function feedbackLine(feedback: FeedbackReport): string {
  const { labelled, verdict, rows } = feedback;
  const sample = `${formatCount(labelled.holdback)} labels held back, ${formatCount(labelled.rest)} of the rest`;
  const [row] = rows;
  const shown = row ? `; ${sayRow(feedback, row)}, ${sayInterval(feedback, row)}` : '';
  return `hold-back: ${feedbackWords[verdict]} (${sample}${shown})`;
}
