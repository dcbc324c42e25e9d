import type { Finding, Severity } from '../alarm/finding.ts';
import { short } from '../drift/measured-column.ts';
import type { ColumnEvidence, Evidence } from './evidence.ts';
import type { Segments, ShiftSegment } from './explain-shift.ts';
import { defaultFalseAlarm } from './false-alarm.ts';
import type { Sight } from './look.ts';
import { saySegment } from './say-segment.ts';

/** Effects from here on are critical: half a standard deviation, or a third of the rows; half of the values gone or back. */
const critical = { values: 0.5, names: 0.3, missing: 0.5 } as const;

/**
 * What drifted, for the alarm: `shifted` (numbers), `new-distribution` (categories), `missing-share`. A difference that is certain but too
 * small to matter is an info.
 */
export function driftFindings(
  { columns, falseAlarm = defaultFalseAlarm }: Evidence,
  segments: Segments = new Map(),
): Finding[] {
  return columns.flatMap((column) => [
    ...found(column, column.latest?.values ?? null, falseAlarm.rate, segments),
    ...found(column, column.latest?.missing ?? null, falseAlarm.rate, segments),
  ]);
}

function found(column: ColumnEvidence, sight: Sight | null, rate: number, segments: Segments): Finding[] {
  if (sight === null || sight.effect === null || !(sight.drifted || sight.adjustedP < rate)) return [];
  const code = sight.test === 'missing' ? 'missing-share' : column.kind === 'numeric' ? 'shifted' : 'new-distribution';
  const size = sight.effect.size;
  return [
    {
      kind: 'drift',
      code,
      column: column.column,
      segment: null,
      severity: sight.drifted ? severityOf(column, sight) : 'info',
      size,
      says: `${words(column, sight)}${sight.drifted ? where(segments.get(column.column)) : ''}`,
    },
  ];
}

function where(segments: readonly ShiftSegment[] = []): string {
  const [first] = segments;
  return first === undefined ? '' : `; ${saySegment(first)}`;
}

function severityOf({ kind }: ColumnEvidence, { test, effect }: Sight): Severity {
  const limit = test === 'missing' ? critical.missing : kind === 'numeric' ? critical.values : critical.names;
  return (effect?.size ?? 0) >= limit ? 'critical' : 'warning';
}

/** "mean 36.1 → 61.2 over 14 days to 2013-05-09 (W1/sd 2.4, 2.1 to 2.7; p = 0.0012), since 2013-05-07" */
function words({ kind, since }: ColumnEvidence, sight: Sight): string {
  const { effect, scale, from, test, adjustedP, drifted } = sight;
  if (effect === null) return '';
  const days = scale === 1 ? `on ${from}` : `over ${scale} days from ${from}`;
  const { low, high } = effect.interval;
  const name = test === 'missing' ? 'change' : kind === 'numeric' ? 'W1/sd' : 'TVD';
  const size = `${name} ${short(effect.size)}, ${short(low)} to ${short(high)}`;
  const p = adjustedP < 1e-10 ? 'p < 1e-10' : `p = ${Number(adjustedP.toPrecision(2))}`;
  return `${effect.change} ${days} (${size}; ${p})${drifted ? (since === null ? '' : `, since ${since}`) : ', too small to matter'}`;
}
