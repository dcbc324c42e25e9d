import type { Finding, Severity } from '../alarm/finding.ts';
import type { WatchedWithInterval } from './calibration.ts';
import type { LabelDelay } from './label-delay.ts';
import type { MonitoredPerformance } from './monitor.ts';
import type { PredictionDrift } from './prediction-drift.ts';
import type { DayTotals } from './totals.ts';
import type { Look, Watched } from './watch.ts';

/** Severity goes by effect: a change of so many times what matters is critical. */
const criticalTimes = { performance: 2, meaning: 5 } as const;

export function performanceFindings(monitored: MonitoredPerformance): Finding[] {
  const { metric, drop, whole, slices, calibration, estimated, estimate } = monitored;
  const findings = [
    fell(whole, metric, drop, null, 'fell'),
    ...slices.map(({ slice, watched }) =>
      fell(watched, metric, drop, { column: slice.column, segment: slice.key }, 'fell'),
    ),
    miscalibrated(calibration.surplus, 'surplus'),
    ...(calibration.slope ? [miscalibrated(calibration.slope, 'slope')] : []),
  ];
  // Where every label has come, what came true counts.
  const foretold = estimate && estimated && fell(estimated, `estimated ${metric}`, drop, null, 'expected-to-fall');
  // A guess is never critical, and none at all where the scores are new.
  const severity: Severity = (estimate?.supported ?? 0) >= 0.9 ? 'warning' : 'info';
  return [...findings, foretold && { ...foretold, severity }].filter((one) => one !== null);
}

export function predictionFindings(drift: PredictionDrift): Finding[] {
  const { level, spread, classes, rows, unscored } = drift;
  const moved = (watched: Watched, code: string, words: string): Finding | null =>
    changed(watched, (look) => ({
      kind: 'prediction',
      code,
      column: null,
      segment: null,
      severity: Math.abs(look.change) >= criticalTimes.meaning * watched.atLeast ? 'critical' : 'warning',
      size: Math.abs(look.change),
      says: `${words} ${fromTo(watched, look)} ${over(look)} (${evidence(look)})`,
    }));
  const all = rows + unscored;
  return [
    moved(level, 'score-moved', 'the scores moved: mean rank'),
    moved(spread, 'score-spread', 'the scores spread differently: mean distance from the middle rank'),
    ...classes.map((one) => moved(one.watched, 'class-share', `answered as ${one.class}: share`)),
    unscored === 0 ? null : unanswered(unscored, all),
  ].filter((finding) => finding !== null);
}

/** Facts about labels: they hang on no test, and so spend no false alarms. */
export function labelFindings(delay: LabelDelay, days: readonly DayTotals[]): Finding[] {
  const due = delay.labelled + delay.overdue;
  const late = due > 0 ? delay.overdue / due : 0;
  const unknown = days.reduce((sum, { unknownLabels }) => sum + unknownLabels, 0);
  const findings: Finding[] = [];
  const add = (code: string, severity: Severity, size: number, says: string): number =>
    findings.push({ kind: 'performance', code, column: null, segment: null, severity, size, says });
  if (late >= 0.2)
    add(
      'labels-late',
      'warning',
      late,
      `${percent(late)} of rows whose label is due have none (oldest ${dayName(delay.oldestUnlabelled ?? 0)})`,
    );
  if (unknown > 0)
    add(
      'unknown-labels',
      unknown >= 0.01 * delay.rows ? 'warning' : 'info',
      unknown / Math.max(1, delay.rows),
      `${unknown} rows have a label that the champion does not know`,
    );
  return findings;
}

export function dayName(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

function fell(
  watched: Watched,
  metric: string,
  drop: number,
  where: { readonly column: string; readonly segment: string } | null,
  code: string,
): Finding | null {
  return changed(watched, (look) => ({
    kind: 'performance',
    code,
    column: where?.column ?? null,
    segment: where?.segment ?? null,
    severity: Math.abs(look.change) >= criticalTimes.performance * drop ? 'critical' : 'warning',
    size: Math.abs(look.change) / drop,
    says: `${metric} ${fromTo(watched, look)}${where ? ` in ${where.segment}` : ''} ${over(look)} (worse by ${number(Math.abs(look.change))}, matters from ${number(drop)}; ${evidence(look)})`,
  }));
}

function miscalibrated(watched: WatchedWithInterval, code: 'surplus' | 'slope'): Finding | null {
  const words = code === 'surplus' ? 'mean score minus what came true' : 'calibration slope (1 = calibrated)';
  return changed(watched, (look) => ({
    kind: 'performance',
    code: `calibration-${code}`,
    column: null,
    segment: null,
    severity: Math.abs(look.change) >= criticalTimes.meaning * watched.atLeast ? 'critical' : 'warning',
    size: Math.abs(look.change),
    says: `the scores lost their meaning: ${words} ${fromTo(watched, look)} ${over(look)} (${evidence(look)})`,
  }));
}

function changed(watched: Watched, make: (look: Look) => Finding): Finding | null {
  return watched.verdict === 'changed' && watched.look ? make(watched.look) : null;
}

function unanswered(unscored: number, rows: number): Finding {
  const share = unscored / rows;
  return {
    kind: 'prediction',
    code: 'unanswered',
    column: null,
    segment: null,
    severity: share >= 0.01 ? 'critical' : 'warning',
    size: share,
    says: `the champion gives no finite answer for ${unscored} of ${rows} rows`,
  };
}

function fromTo({ reference }: Watched, { value }: Look): string {
  return `${number(reference ?? 0)} → ${number(value)}`;
}

function over({ days, to, rows }: Look): string {
  return `over ${days === 1 ? 'the day' : `${days} days to`} ${dayName(to)}, ${rows} rows`;
}

function evidence({ pValue }: Look): string {
  return pValue < 1e-10 ? 'p < 1e-10' : `p = ${Number(pValue.toPrecision(2))}`;
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
