import { seededRandom } from '../../src/evaluation/random.ts';
import { profileDays, type ScoredRows } from '../../src/performance/day-totals.ts';
import { estimate, estimatorOf } from '../../src/performance/estimate.ts';
import { dayName, performanceFindings } from '../../src/performance/findings.ts';
import { monitorPerformance } from '../../src/performance/monitor.ts';
import { reconcile } from '../../src/performance/reconcile.ts';
import { scoreReference } from '../../src/performance/reference.ts';
import { realised } from '../../src/performance/statistic.ts';
import { type DayTotals, merge, type PerformanceReference } from '../../src/performance/totals.ts';
import { memoryDays } from '../../src/performance/watch.ts';
import { figure, goalRow, type Row } from '../report/row.ts';
import { dayOf, rowsBetween, type ScoredYear, scoredYear } from './flights-champion.ts';
import { binaryDays, binaryReference, type World } from './simulated-champion.ts';

/** The stated rate of false alarms: in 5 % of periods of 100 days. */
const alpha = 0.05 / 100;

/** What is said of the champion's performance: on flights, and on simulations whose truth is known. */
export async function performanceRows(): Promise<Row[]> {
  return [...(await flightRows()), ...simulatedRows()];
}

async function flightRows(): Promise<Row[]> {
  const year = await scoredYear('2013-02-15');
  const reference = scoreReference(
    'binary-classification',
    2,
    pick(year, rowsBetween(year, '2013-02-15', '2013-03-01')),
  );
  if (!reference) throw new Error('the hold-out of flights has labels');
  const days = profileDays(reference, pick(year, rowsBetween(year, '2013-03-01', '2014-01-01')));
  const startedAt = performance.now();
  const opened = alarmsOf(reference, days);
  const each = (performance.now() - startedAt) / days.length;
  const months = monthsOf(reference, days);
  const outside = (metric: 'auc' | 'logLoss') =>
    months.filter((month) => month.metric === metric && !month.inside).length;
  return [
    goalRow(
      'flights, March-December: performance alarms opened (log loss, drop 0.05)',
      12,
      figure([opened.length]),
      opened.join('; '),
    ),
    goalRow(
      'flights: months of 10 whose AUC lies outside its estimate',
      1,
      figure([outside('auc')]),
      words(months, 'auc'),
    ),
    {
      ...goalRow('flights: months of 10 whose log loss lies outside its estimate', 0, figure([outside('logLoss')])),
      goal: null,
      holds: null,
      note: `delays changed, not the scores: no estimate from scores sees it; ${words(months, 'logLoss')}`,
    },
    goalRow('flights: one daily decision of performance from totals of days, ms', 250, figure([each])),
  ];
}

/** One alarm from its first finding until seven days without any; only the days from place `from` on are judged. */
function alarmsOf(reference: PerformanceReference, days: readonly DayTotals[], from = 0): string[] {
  const opened: string[] = [];
  let quietSince = Number.NEGATIVE_INFINITY;
  days.forEach(({ day }, at) => {
    if (at < from) return;
    const known = days.slice(Math.max(0, at + 1 - memoryDays), at + 1);
    const monitored = monitorPerformance({
      reference,
      days: known,
      maturedThrough: day - 1,
      metric: 'logLoss',
      drop: 0.05,
      alpha,
    });
    const [worst] = performanceFindings(monitored);
    if (!worst) return;
    if (day - quietSince > 7) opened.push(`${dayName(day)} ${worst.says}`);
    quietSince = day;
  });
  return opened;
}

interface Month {
  readonly metric: string;
  readonly month: number;
  readonly estimated: number;
  readonly realised: number;
  readonly inside: boolean;
}

function monthsOf(reference: PerformanceReference, days: readonly DayTotals[]): Month[] {
  const estimator = estimatorOf(reference);
  if (!estimator) throw new Error('the hold-out of flights has fourteen days');
  return ['auc', 'logLoss'].flatMap((metric) =>
    Array.from({ length: 10 }, (_, at) => at + 3).flatMap((month) => {
      const start = (of: number): number => dayOf(of > 12 ? '2014-01-01' : `2013-${String(of).padStart(2, '0')}-01`);
      const window = days.filter(({ day }) => day >= start(month) && day < start(month + 1));
      const expected = estimate(estimator, metric, window);
      const value = realised(reference, metric).value(merge(reference.cells, window));
      if (!expected) return [];
      const inside = value >= expected.interval.low && value <= expected.interval.high;
      return [{ metric, month, estimated: expected.estimated, realised: value, inside }];
    }),
  );
}

function words(months: readonly Month[], metric: string): string {
  const told = months.filter((month) => month.metric === metric);
  return `estimated/realised from March: ${told.map((month) => `${month.estimated.toFixed(3)}/${month.realised.toFixed(3)}`).join(' ')}`;
}

function pick(year: ScoredYear, rows: Int32Array): ScoredRows {
  const values = Float32Array.from(rows, (row) => year.scores.values[row] as number);
  return {
    labels: Float64Array.from(rows, (row) => year.labels[row] as number),
    days: Int32Array.from(rows, (row) => year.days[row] as number),
    scores: { rows: rows.length, width: 1, values },
    columns: { origin: Array.from(rows, (row) => year.columns.origin?.[row] ?? null) },
  };
}

const runs = 20;
const calm: World = { days: 14, rowsPerDay: 300, dayEffect: 0.2 };

/** Days from a rise of the log loss by about 0.07, at 1,000 rows a day, until an alarm is open. */
function delays(): number[] {
  const world: World = { days: 14, rowsPerDay: 1_000, dayEffect: 0.05 };
  return Array.from({ length: 12 }, (_, run) => {
    const random = seededRandom(run + 1);
    const reference = binaryReference(random, world);
    const days = binaryDays(random, reference, { ...world, days: 32, firstDay: 20 + run, concept: 0.55 });
    const found = days.findIndex((_, at) => alarmsOf(reference, days.slice(0, at + 1), at).length > 0);
    return found < 0 ? Number.POSITIVE_INFINITY : found + 1;
  });
}

function simulatedRows(): Row[] {
  let [alarms, outside, windows] = [0, 0, 0];
  for (let run = 0; run < runs; run += 1) {
    const random = seededRandom(run + 1);
    const reference = binaryReference(random, calm);
    const unchanged = binaryDays(random, reference, { ...calm, days: 100, firstDay: 20 });
    if (alarmsOf(reference, unchanged).length > 0) alarms += 1;
    const estimator = estimatorOf(reference);
    const shifted = binaryDays(random, reference, { ...calm, days: 14, firstDay: 20, shift: 0.25 * ((run % 7) - 3) });
    for (const metric of ['auc', 'logLoss', 'accuracy', 'f1']) {
      const found = estimator ? reconcile(estimator, metric, shifted).windows : [];
      windows += found.length;
      outside += found.filter(({ inside }) => !inside).length;
    }
  }
  return [
    goalRow(
      'simulated, nothing changed: share of 100-day periods with a performance alarm',
      0.05,
      figure([alarms / runs]),
      `${runs} periods`,
    ),
    goalRow(
      'simulated shift of inputs: share of days whose metric lies outside its estimate',
      0.05,
      figure([outside / windows]),
      `${windows} estimates of AUC, log loss, accuracy, F1`,
    ),
    goalRow(
      'simulated, log loss up by 0.07 at 1,000 rows a day: days until the alarm, labels a day late',
      9,
      figure(delays()),
    ),
  ];
}
