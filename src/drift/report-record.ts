import type { NewCheck } from '../alarm/check-record.ts';
import { type Finding, findingKinds } from '../alarm/finding.ts';
import type { CheckReport, ColumnDrift, PerformanceDrift } from './report.ts';

/** What of a report the registry keeps and alarms are moved by. */
export function recordOfReport(report: CheckReport): Pick<NewCheck, 'findings' | 'judged' | 'measures'> {
  const { columns, performance, missingColumns } = report;
  const drifted = columns.filter((each) => each.drifted && !missingColumns.includes(each.column));
  return {
    findings: [
      ...brokenData(report),
      ...drifted.map(shifted),
      ...(performance?.verdict === 'fell' ? [fell(performance)] : []),
    ],
    judged: findingKinds.filter((kind) => couldJudge(report, kind)),
    measures: measuresOf(report),
  };
}

function couldJudge({ current, performance }: CheckReport, kind: Finding['kind']): boolean {
  if (kind === 'quality') return true;
  if (kind === 'performance') return performance !== null && performance.verdict !== 'inconclusive';
  return kind === 'drift' && current.rows > 0;
}

const about = { column: null, segment: null } as const;

function brokenData({ current, missingColumns, missingDays, duplicateIds, summary }: CheckReport): Finding[] {
  const kind = 'quality';
  const empty = { kind, ...about, code: 'no-rows', severity: 'critical', size: 1, says: summary } as const;
  const gone = (column: string) =>
    ({ kind, column, segment: null, code: 'missing-column', severity: 'critical', size: 1 }) as const;
  return [
    ...(current.rows === 0 ? [empty] : []),
    ...missingColumns.map((column) => ({ ...gone(column), says: `${column} is not in the data` })),
    ...missingDays.map(
      (day) =>
        ({ kind, ...about, code: 'missing-day', severity: 'info', size: 0, says: `no data for ${day}` }) as const,
    ),
    ...(duplicateIds > 0
      ? [
          {
            kind,
            ...about,
            code: 'duplicate-ids',
            severity: 'info',
            size: 0,
            says: `${duplicateIds} duplicate ids`,
          } as const,
        ]
      : []),
  ];
}

function shifted({ column, effect, missing, findings }: ColumnDrift): Finding {
  const size = Math.max(effect ?? 0, 10 * Math.abs(missing.current - missing.reference));
  const says = `${column} ${findings.join('; ') || 'drifted'}`;
  return { kind: 'drift', code: 'shifted', column, segment: null, severity: 'warning', size, says };
}

function fell({ metric, reference, current }: PerformanceDrift): Finding {
  const [from, to] = [reference ?? 0, current ?? 0];
  const says = `${metric} ${from.toFixed(3)} → ${to.toFixed(3)}`;
  return {
    kind: 'performance',
    ...about,
    code: `${metric}-fell`,
    severity: 'critical',
    size: Math.abs(from - to),
    says,
  };
}

function measuresOf({ columns, performance, current, duplicateIds, missingColumns, missingDays }: CheckReport) {
  return {
    ...Object.fromEntries(columns.map(({ column, effect }) => [`drift.effect/${column}`, effect])),
    ...Object.fromEntries(columns.map(({ column, missing }) => [`quality.missing_share/${column}`, missing.current])),
    'quality.rows': current.rows,
    'quality.duplicate_ids': duplicateIds,
    'quality.missing_columns': missingColumns.length,
    'quality.missing_days': missingDays.length,
    ...(performance
      ? {
          [`performance.${performance.metric}/realised`]: performance.current,
          [`performance.${performance.metric}/reference`]: performance.reference,
        }
      : {}),
  };
}
