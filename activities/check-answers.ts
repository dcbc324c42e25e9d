import type { Finding } from '../src/alarm/finding.ts';
import type { PerformanceDrift } from '../src/drift/report.ts';
import type { PerformanceReport } from '../src/monitor/report.ts';
import { labelFindings, performanceFindings, predictionFindings } from '../src/performance/findings.ts';
import { labelDelay, lastMaturedDay } from '../src/performance/label-delay.ts';
import { measureMatured } from '../src/performance/matured.ts';
import { monitorPerformance } from '../src/performance/monitor.ts';
import { type PredictionDrift, predictionDrift } from '../src/performance/prediction-drift.ts';
import { lossOfRows } from '../src/performance/row-loss.ts';
import { type LossRows, type ShiftSplit, splitShift } from '../src/performance/shift-split.ts';
import { type DayTotals, emptyTotals, type PerformanceReference } from '../src/performance/totals.ts';
import { memoryDays } from '../src/performance/watch.ts';
import { durationMs } from '../src/plan/duration.ts';
import type { AnsweredRows, ChampionAnswers } from './answers.ts';
import type { Champion } from './champion.ts';
import type { CheckRules } from './check-rules.ts';
import { yieldNow } from './scoring.ts';
import type { StoredProfiles } from './stored-profiles.ts';

const dayMs = 86_400_000;

/** What the champion's answers show; all null where it could not answer its own hold-out. */
export interface AnswersChecked {
  readonly prediction: PredictionDrift | null;
  readonly performance: PerformanceDrift | null;
  readonly performanceReport: PerformanceReport | null;
  readonly findings: readonly Finding[];
}

export interface AnswersInput {
  readonly champion: Champion;
  readonly answers: ChampionAnswers;
  readonly rules: CheckRules;
  readonly asOf: string;
  /** The window's days in order. */
  readonly window: readonly string[];
  readonly stored: Pick<StoredProfiles, 'look' | 'digest'>;
}

export async function checkAnswers(input: AnswersInput): Promise<AnswersChecked> {
  const { champion, answers, rules, asOf, window } = input;
  const known = await answers.reference();
  if (known === null) return { prediction: null, performance: null, performanceReport: null, findings: [] };
  const { reference } = known;
  const answered = await answers.rows({ from: `${window[0]}T00:00:00.000Z`, to: endOf(window.at(-1) ?? '') }, asOf);
  const days = await daysOf(input, reference, answers.totals(reference, answered));
  const classes = champion.version.signature.classes;
  const prediction = predictionDrift(reference, days, {
    alpha: rules.rates.prediction / rules.falseAlarm.periodDays,
    window: window.length,
    classes,
  });
  const answersFound = predictionFindings(prediction);
  if (!rules.performance) return { prediction, performance: null, performanceReport: null, findings: answersFound };
  const watched = rules.performance;
  const report = await performanceOf(input, { watched, reference, days, answered, holdout: known.rows });
  return {
    prediction,
    performance: inShort(report),
    performanceReport: report,
    findings: [...answersFound, ...performanceFindings(report.monitored), ...labelFindings(report.labels, days)],
  };
}

/** Days since the champion's training rows, as far as memory reaches; those of the window are known already. */
async function daysOf(
  { champion, answers, asOf, window, stored }: AnswersInput,
  reference: PerformanceReference,
  recent: readonly DayTotals[],
): Promise<DayTotals[]> {
  const end = Math.floor(Date.parse(asOf) / dayMs);
  // The champion knows the rows that it was trained on by heart.
  const start = Math.max(end - memoryDays, Math.ceil(Date.parse(champion.snapshot.windows.train.to) / dayMs));
  const first = end - window.length;
  const mature = Date.parse(asOf) - durationMs(champion.plan.file.data.label.maturesAfter);
  await stored.look(Array.from({ length: Math.max(0, first - start) }, (_, at) => nameOf(start + at)));
  const days: DayTotals[] = [];
  for (let day = start; day < end; day += 1) {
    const known = recent.find((totals) => totals.day === day) ?? (day < first ? await older(day) : null);
    days.push(known ?? { ...emptyTotals(reference.cells), day, unscored: 0, unknownLabels: 0, slices: {} });
  }
  return days;

  async function older(day: number): Promise<DayTotals | null> {
    const name = nameOf(day);
    const digest = await stored.digest(name);
    return digest === null
      ? null
      : await answers.day(reference, { day: name, digest, asOf, matured: (day + 1) * dayMs <= mature });
  }
}

async function performanceOf(
  { champion, rules, asOf, answers }: AnswersInput,
  {
    watched,
    reference,
    days,
    answered,
    holdout,
  }: {
    readonly watched: NonNullable<CheckRules['performance']>;
    readonly reference: PerformanceReference;
    readonly days: readonly DayTotals[];
    readonly answered: AnsweredRows;
    readonly holdout: () => Promise<AnsweredRows>;
  },
): Promise<PerformanceReport> {
  const { task, data } = champion.plan.file;
  const { metric, drop } = watched;
  const maturesAfter = durationMs(data.label.maturesAfter);
  const monitored = monitorPerformance({
    reference,
    days,
    maturedThrough: lastMaturedDay(Date.parse(asOf), maturesAfter),
    metric,
    drop,
    alpha: rules.rates.performance / rules.falseAlarm.periodDays,
  });
  const matured = await measureMatured({
    task,
    classes: champion.version.signature.classes,
    labels: answered.labels,
    scores: answered.scores,
    blocks: answered.days,
    columns: answers.sliceColumns(answered.table),
    reference,
    referenceMetrics: champion.version.metrics ?? {},
    metric,
    seed: 1,
    yieldNow,
  });
  const asOfDay = Math.floor(Date.parse(asOf) / dayMs);
  const labels = labelDelay(answered, { asOf: asOfDay, maturesAfter: Math.ceil(maturesAfter / dayMs) });
  const fell = monitored.whole.verdict === 'changed';
  const shift = fell ? shiftOf(champion, { before: await holdout(), now: answered }, drop) : null;
  return { monitored, matured, labels, shift };
}

/** Only where the loss has changed: it reads the whole hold-out again. */
function shiftOf(
  { plan, version }: Champion,
  { before, now }: { readonly before: AnsweredRows; readonly now: AnsweredRows },
  atLeast: number,
): ShiftSplit | null {
  const side = (rows: AnsweredRows): LossRows | null => lossRows(plan.file.task, rows);
  const [was, is] = [side(before), side(now)];
  const features = version.signature.features.map(({ name }) => name);
  return was && is ? splitShift(was, is, { features, atLeast, seed: 1 }) : null;
}

function lossRows(task: Champion['plan']['file']['task'], rows: AnsweredRows): LossRows | null {
  if (!rows.scores) return null;
  const { loss, score } = lossOfRows(task, rows.labels, rows.scores);
  const kept = Array.from(loss.keys()).filter((row) => Number.isFinite(loss[row]));
  const pick = <T>(values: ArrayLike<T>): T[] => kept.map((row) => values[row] as T);
  const columns = Object.entries(rows.table.columns).map(([name, values]) => [name, pick(values)] as const);
  return { columns: Object.fromEntries(columns), days: pick(rows.days), loss: pick(loss), score: pick(score) };
}

/** The watched metric in one line: its value is that of the window, its verdict that of all days. */
function inShort({ monitored, matured, labels }: PerformanceReport): PerformanceDrift {
  const { metric, whole } = monitored;
  const exact = matured.metrics.find((each) => each.metric === metric);
  const verdict = ({ changed: 'fell', held: 'held', inconclusive: 'inconclusive' } as const)[whole.verdict];
  return {
    metric,
    reference: exact?.reference ?? whole.reference,
    current: exact?.value ?? null,
    interval: exact?.interval ?? null,
    labelled: matured.rows,
    waitingForLabels: labels.waiting + labels.overdue,
    verdict,
  };
}

function nameOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

function endOf(day: string): string {
  return new Date(Date.parse(day) + dayMs).toISOString();
}
