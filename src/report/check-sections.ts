import type { PerformanceReport } from '../monitor/report.ts';
import type { PredictionDrift } from '../performance/prediction-drift.ts';
import type { Reconciled } from '../performance/reconcile.ts';
import type { Watched } from '../performance/watch.ts';
import { histogramSvg } from './histogram-svg.ts';
import { html, type Markup } from './markup.ts';
import { formatCount, formatInterval, formatNumber, formatShare, formatSigned } from './numbers.ts';
import { badge, type Section } from './page.ts';
import { table } from './page-table.ts';

const verdicts = {
  changed: badge('bad', 'worse'),
  held: badge('good', 'held'),
  inconclusive: badge('warn', 'inconclusive'),
} as const;

/** What came true: every metric on matured labels, and the watched one by slice. */
export function performanceSection({ monitored, matured, labels, shift }: PerformanceReport): Section {
  const { metric, whole, slices } = monitored;
  const rows = matured.metrics.map((each) => [
    html`<strong>${each.metric}</strong>`,
    each.metric === metric ? verdicts[whole.verdict] : html``,
    html`${formatNumber(each.reference)}`,
    html`${formatNumber(each.value)}`,
    html`${formatInterval(each.interval, false)}`,
    html`${formatCount(matured.rows)}`,
  ]);
  const bySlice = matured.slices.map((slice) => {
    const watched = slices.find((each) => each.slice.key === slice.slice.key)?.watched;
    return [
      html`${metric} in ${slice.slice.key}`,
      watched ? verdicts[watched.verdict] : html``,
      html`${formatNumber(slice.reference)}`,
      html`${formatNumber(slice.value)}`,
      html`${formatInterval(slice.interval, false)}`,
      html`${formatCount(slice.rows)}`,
    ];
  });
  const headings = [
    'metric',
    'over all days',
    { number: 'hold-out' },
    { number: 'window' },
    { number: 'interval' },
    { number: 'rows' },
  ];
  const waiting = html`<p class="legend">${formatCount(labels.labelled)} of ${formatCount(labels.rows)} rows of the window have a label; ${formatCount(labels.waiting)} are not due yet, ${formatCount(labels.overdue)} are overdue.</p>`;
  const why = shift
    ? html`<p>Why the loss changed: <strong>${shift.verdict}</strong>. Other inputs account for ${formatSigned(shift.covariate.value)} of the mean loss, other outcomes for the same inputs for ${formatSigned(shift.concept.value)}.</p>`
    : null;
  return { title: 'Performance on labels', body: html`${table(headings, [...rows, ...bySlice])}${waiting}${why}` };
}

/** What is to be expected where labels are still to come, with how such estimates did before. */
export function estimateSection({ monitored: { estimate, reconciliation } }: PerformanceReport): Section[] {
  if (!estimate) return [];
  const { metric, estimated, interval, rows, supported } = estimate;
  const now = html`<p>${metric} is expected to be <strong>${formatNumber(estimated)}</strong> ${formatInterval(interval, false)} on ${formatCount(rows)} rows whose labels are not due yet; ${formatShare(supported)} of them have scores that the hold-out knows.</p>`;
  const windows = reconciliation?.windows ?? [];
  const past =
    windows.length > 0
      ? html`<p class="legend">Earlier estimates, week by week, and what came true:</p>${reconciled(windows)}`
      : null;
  return [{ title: 'Estimated before labels', body: html`${now}${past}` }];
}

function reconciled(windows: readonly Reconciled[]): Markup {
  const day = (number: number) => new Date(number * 86_400_000).toISOString().slice(0, 10);
  return table(
    ['week', { number: 'estimated' }, { number: 'interval' }, { number: 'realised' }, ''],
    windows.map((window) => [
      html`${day(window.from)} to ${day(window.to)}`,
      html`${formatNumber(window.estimated)}`,
      html`${formatInterval(window.interval, false)}`,
      html`${formatNumber(window.realised)}`,
      window.inside ? badge('good', 'inside') : badge('warn', 'outside'),
    ]),
  );
}

/** Whether the champion answers otherwise than on its hold-out. */
export function predictionSection({ level, spread, classes, distance, histogram }: PredictionDrift): Section {
  const row = (name: string, watched: Watched, share: boolean) => {
    const format = share ? formatShare : formatNumber;
    return [
      html`${name}`,
      watched.verdict === 'changed' ? badge('bad', 'moved') : badge('good', 'same'),
      html`${format(watched.reference)}`,
      html`${format(watched.look?.value ?? null)}`,
    ];
  };
  const picture = histogramSvg(
    {
      labels: histogram.reference.rows.map((_, at) => binName(histogram.edges, at)),
      reference: histogram.reference.rows,
      current: histogram.current.rows,
    },
    level.verdict === 'changed' || spread.verdict === 'changed',
  );
  const rows = [
    row('mean rank of scores', level, false),
    row('mean distance from the middle rank', spread, false),
    ...classes.map(({ class: name, watched }) => row(`share answered as ${name}`, watched, true)),
  ];
  const distances = `KS ${formatNumber(distance.ks)}, W1/sd ${formatNumber(distance.w1)}, PSI ${formatNumber(distance.psi)}`;
  return {
    title: 'Answers',
    body: html`${table(['', '', { number: 'hold-out' }, { number: 'now' }], rows)}<p class="legend">Scores on the hold-out and in the window: ${distances}</p>${picture}`,
  };
}

function binName(edges: readonly number[], at: number): string {
  const [low, high] = [edges[at - 1], edges[at]];
  if (low === undefined) return `≤ ${formatNumber(high)}`;
  return high === undefined ? `> ${formatNumber(low)}` : `${formatNumber(low)} to ${formatNumber(high)}`;
}
