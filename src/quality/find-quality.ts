import type { Finding, Severity } from '../alarm/finding.ts';
import { explains, explainsDay, type QualityCode } from './codes.ts';
import { columnFaults } from './column-faults.ts';
import type { Fault } from './fault.ts';
import { labelFaults } from './label-rules.ts';
import { partitionFaults } from './partition-rules.ts';
import type { QualityInput } from './quality.ts';
import { pairFaults } from './relation-rules.ts';
import { schemaFaults } from './schema-rules.ts';
import { timeFaults } from './time-rules.ts';
import { vanishedFaults } from './vanished-categories.ts';
import { volumeFaults } from './volume-rules.ts';

/**
 * What is wrong with the data of a window, the worst first: by severity, then by the share of rows concerned. A fault of several days is one
 * finding, which names its worst day; a fault that follows from another is left out.
 */
export function findQuality(input: QualityInput): Finding[] {
  return sayFaults(findFaults(input), input.days.length);
}

/** Every fault of every day, but those that follow from another. */
export function findFaults(input: QualityInput): Fault[] {
  const faults = [
    ...partitionFaults(input),
    ...volumeFaults(input),
    ...timeFaults(input),
    ...schemaFaults(input),
    ...columnFaults(input),
    ...vanishedFaults(input),
    ...pairFaults(input),
    ...labelFaults(input),
  ].filter((fault) => !isIgnored(fault, input.rules.ignore));
  return unexplained(faults);
}

/** A finding for each code and column, the worst first. @param days of the window */
export function sayFaults(faults: readonly Fault[], days: number): Finding[] {
  return together(faults, days).sort((a, b) => severityRank[b.severity] - severityRank[a.severity] || b.size - a.size);
}

const severityRank: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

function isIgnored({ code, column }: Fault, ignore: readonly string[]): boolean {
  return (
    ignore.includes(code) || (column !== null && [`${column}.${code}`, `${column}.*`].some((it) => ignore.includes(it)))
  );
}

/** Causes are of the same column, or of the whole day. */
function unexplained(faults: readonly Fault[]): Fault[] {
  const causes = new Map<string | null, Fault[]>();
  for (const fault of faults) causes.set(fault.column, [...(causes.get(fault.column) ?? []), fault]);
  return faults.filter((fault) => {
    const possible = [...(causes.get(fault.column) ?? []), ...(causes.get(null) ?? [])];
    return !possible.some((cause) => cause !== fault && sameDay(cause, fault) && explainedBy(cause, fault));
  });
}

function sameDay(one: Fault, other: Fault): boolean {
  return one.day === other.day || one.day === null || other.day === null;
}

function explainedBy(cause: Fault, { code, column, severity }: Fault): boolean {
  // What a person must see is never hidden behind something that opens no alarm.
  if (severityRank[severity] > 0 && severityRank[cause.severity] === 0) return false;
  if (explainsDay[cause.code]?.includes(code)) return true;
  return cause.column === column && (explains[cause.code]?.includes(code) ?? false);
}

/** One finding for each code and column, told by its worst day. */
function together(faults: readonly Fault[], days: number): Finding[] {
  const groups = new Map<string, Fault[]>();
  for (const fault of faults) {
    const key = JSON.stringify([fault.code, fault.column]);
    groups.set(key, [...(groups.get(key) ?? []), fault]);
  }
  return [...groups.values()].map((group) => toFinding(group, days));
}

function toFinding(group: readonly Fault[], days: number): Finding {
  const [worst] = [...group].sort(
    (a, b) =>
      severityRank[b.severity] - severityRank[a.severity] ||
      b.size - a.size ||
      ((b.day ?? '') < (a.day ?? '') ? -1 : 1),
  );
  const { code, column, severity, size, says } = worst as Fault;
  return {
    kind: 'quality',
    code: code satisfies QualityCode,
    column,
    segment: null,
    severity,
    size,
    says: `${says}${when(group, worst?.day ?? null, days)}`,
  };
}

function when(group: readonly Fault[], worst: string | null, days: number): string {
  const on = new Set(group.flatMap(({ day }) => day ?? []));
  if (worst === null) return '';
  return on.size === 1 ? ` (${worst})` : ` (${worst}; ${on.size} of ${days} days)`;
}
