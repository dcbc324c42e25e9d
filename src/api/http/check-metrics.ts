import { Gauge, type Registry as MetricsRegistry } from 'prom-client';
import type { AlarmRecord } from '../../alarm/alarm.ts';
import type { CheckRecord } from '../../alarm/check-record.ts';
import { findingKinds } from '../../alarm/finding.ts';
import { type Measure, readMeasure } from '../../alarm/measures.ts';
import type { Registry } from '../../registry/registry.ts';

type Gauges = ReturnType<typeof checkGauges>;

/** Columns of one model and measure that are exported, those of the largest values: each is a time series that somebody pays for. */
const columnsExported = 100;

/** Open alarms that a scrape counts. */
export const mostAlarms = 10_000;

/** What the last check of every model has found, and which alarms are open. */
export function checkGauges(register: MetricsRegistry) {
  const gauge = (name: string, help: string, labelNames: readonly string[]) =>
    new Gauge({ name, help, labelNames: ['model', ...labelNames], registers: [register] });
  return {
    age: gauge('perennial_check_age_seconds', 'Since the last check of the model was made.', []),
    alarmed: gauge('perennial_check_alarm', '1 when the last check found something that alarms.', []),
    findings: gauge('perennial_check_findings', 'Findings of the last check.', ['kind', 'severity']),
    alarms: gauge('perennial_alarms_open', 'Alarms that are open; snoozed ones are.', ['kind', 'severity']),
    drift: gauge('perennial_drift_value', 'Figures of the drift of inputs, by column.', ['measure', 'column']),
    effect: gauge('perennial_drift_effect', 'How far a column has moved: Wasserstein-1 over sd, or total variation.', [
      'column',
    ]),
    prediction: gauge('perennial_drift_prediction_value', 'Figures of the drift of answers.', ['measure', 'column']),
    performance: gauge('perennial_performance_metric', 'A metric of the champion on the window of the check.', [
      'metric',
      'kind',
    ]),
    quality: gauge('perennial_data_quality_value', 'Figures of the data of the window, by column.', [
      'measure',
      'column',
    ]),
    missing: gauge('perennial_data_quality_missing_share', 'Share of missing values of a column.', ['column']),
  };
}

/** Reads both from the registry at the scrape. */
export async function refreshChecks(gauges: Gauges, registry: Registry, now: number): Promise<void> {
  const [checks, alarms] = await Promise.all([
    registry.lastChecks(),
    registry.alarms({ open: true, limit: mostAlarms }),
  ]);
  for (const gauge of Object.values(gauges)) gauge.reset();
  for (const check of checks) exportCheck(gauges, check, now);
  for (const [kind, severity, model, count] of countAlarms(alarms)) gauges.alarms.set({ model, kind, severity }, count);
}

function exportCheck(gauges: Gauges, { model, at, verdict, findings, measures }: CheckRecord, now: number): void {
  gauges.age.set({ model }, (now - Date.parse(at)) / 1_000);
  gauges.alarmed.set({ model }, verdict === 'alarm' ? 1 : 0);
  for (const kind of findingKinds)
    for (const severity of ['info', 'warning', 'critical'] as const)
      gauges.findings.set({ model, kind, severity }, findings[kind]?.[severity] ?? 0);
  for (const { measure, value } of largest(measures)) exportMeasure(gauges, model, measure, value);
}

function exportMeasure(gauges: Gauges, model: string, { area, name, label }: Measure, value: number): void {
  if (area === 'performance') gauges.performance.set({ model, metric: name, kind: label || 'realised' }, value);
  else if (area === 'prediction') gauges.prediction.set({ model, measure: name, column: label }, value);
  else if (area === 'drift' && name === 'effect') gauges.effect.set({ model, column: label }, value);
  else if (area === 'drift') gauges.drift.set({ model, measure: name, column: label }, value);
  else if (name === 'missing_share') gauges.missing.set({ model, column: label }, value);
  else gauges.quality.set({ model, measure: name, column: label }, value);
}

function largest(measures: CheckRecord['measures']) {
  const taken = new Map<string, number>();
  return Object.entries(measures)
    .flatMap(([text, value]) => {
      const measure = readMeasure(text);
      return measure === null || value === null || !Number.isFinite(value) ? [] : [{ measure, value }];
    })
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .filter(({ measure: { area, name } }) => {
      const count = (taken.get(`${area}.${name}`) ?? 0) + 1;
      taken.set(`${area}.${name}`, count);
      return count <= columnsExported;
    });
}

function countAlarms(alarms: readonly AlarmRecord[]) {
  const counts = new Map<string, number>();
  for (const { model, kind, severity } of alarms) {
    const key = [kind, severity, model].join('\0');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => [...key.split('\0'), count] as [string, string, string, number]);
}
