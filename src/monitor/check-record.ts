import type { NewCheck } from '../alarm/check-record.ts';
import type { CheckReport, PerformanceReport } from './report.ts';

/** What of a report the registry keeps and alarms are moved by. */
export function recordOfReport(report: CheckReport): Pick<NewCheck, 'findings' | 'judged' | 'measures'> {
  return { findings: report.findings, judged: report.judged, measures: measuresOf(report) };
}

/** Names are those of the metrics that are exported: `<family>.<name>/<label>`. */
function measuresOf({ columns, current, performanceReport, prediction, findings }: CheckReport) {
  const count = (code: string) => findings.filter((finding) => finding.code === code).length;
  return {
    ...Object.fromEntries(columns.map(({ column, effect }) => [`drift.effect/${column}`, effect])),
    ...Object.fromEntries(
      columns.map(({ column, missing }) => [
        `quality.missing_share/${column}`,
        current.rows === 0 ? null : missing.current,
      ]),
    ),
    'quality.rows': current.rows,
    'quality.missing_columns': count('missing-column'),
    'quality.missing_days': count('missing-partition'),
    ...(prediction ? { 'prediction.level': prediction.level.look?.value ?? null } : {}),
    ...(performanceReport ? performanceMeasures(performanceReport) : {}),
  };
}

function performanceMeasures({ monitored, matured }: PerformanceReport) {
  const { metric, estimate, whole } = monitored;
  return {
    ...Object.fromEntries(matured.metrics.map((each) => [`performance.${each.metric}/realised`, each.value])),
    ...(estimate ? { [`performance.${metric}/estimated`]: estimate.estimated } : {}),
    [`performance.${metric}/reference`]: whole.reference,
  };
}
