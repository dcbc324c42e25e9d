import { percent, short } from './measured-column.ts';
import type { CheckReport, ColumnDrift, PerformanceDrift } from './report.ts';

/**
 * Puts a check together: worst columns first, one alarm flag, one line for people. It is an alarm when a column drifted, a column is gone,
 * performance fell, or the current window has no rows at all; missing days and duplicate ids are told, they do not alarm by themselves.
 */
export function buildCheckReport(parts: Omit<CheckReport, 'alarm' | 'summary'>): CheckReport {
  const columns = [...parts.columns].sort((a, b) => severity(b) - severity(a));
  const empty = parts.current.rows === 0;
  const alarm =
    empty ||
    columns.some(({ drifted }) => drifted) ||
    parts.missingColumns.length > 0 ||
    parts.performance?.verdict === 'fell';
  return { ...parts, columns, alarm, summary: empty ? emptyWords : summarise({ ...parts, columns }) };
}

const emptyWords = 'no rows in the current window: nothing could be compared';
const named = 4;

function severity({ drifted, effect, missing }: ColumnDrift): number {
  return (drifted ? 1e6 : 0) + Math.max(effect ?? 0, 10 * Math.abs(missing.current - missing.reference));
}

function summarise({
  columns,
  missingColumns,
  performance,
  missingDays,
  duplicateIds,
}: Omit<CheckReport, 'alarm' | 'summary'>): string {
  const drifted = columns.filter((column) => column.drifted && !missingColumns.includes(column.column));
  const words = drifted.slice(0, named).map(columnWords);
  if (drifted.length > named) words.push(`${drifted.length - named} more`);
  const parts = [
    ...(missingColumns.length > 0 ? [`${missingColumns.join(', ')} not in the data`] : []),
    words.length > 0 ? words.join(', ') : `no drift in ${count(columns.length, 'column')}`,
    ...(performance ? [performanceWords(performance)] : []),
    ...(missingDays.length > 0 ? [`no data for ${count(missingDays.length, 'day')}`] : []),
    ...(duplicateIds > 0 ? [count(duplicateIds, 'duplicate id')] : []),
  ];
  return parts.join('; ');
}

function columnWords({ column, kind, effect, missing, findings }: ColumnDrift): string {
  const moved = findings.some((finding) => finding.startsWith('moved'));
  if (!moved) return `${column} missing ${percent(missing.reference)} → ${percent(missing.current)}`;
  const name = kind === 'numeric' ? 'W1/sd' : 'TVD';
  return effect === null ? `${column} moved` : `${column} moved (${name} ${short(effect)})`;
}

function performanceWords({ metric, reference, current, verdict, labelled }: PerformanceDrift): string {
  if (reference === null || current === null) return `${metric} not known (${count(labelled, 'label')})`;
  const change = `${metric} ${reference.toFixed(3)} → ${current.toFixed(3)}`;
  return verdict === 'inconclusive' ? `${change} (not certain)` : change;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
