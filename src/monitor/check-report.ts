import type { Finding, FindingKind, Severity } from '../alarm/finding.ts';
import { names } from '../alarm/say.ts';
import type { CheckReport } from './report.ts';

type Parts = Omit<CheckReport, 'format' | 'alarm' | 'summary' | 'findings'> & { readonly findings: readonly Finding[] };

/** Puts a check together: the worst first everywhere, one alarm flag, one line for people. */
export function buildCheckReport(parts: Parts): CheckReport {
  const columns = [...parts.columns].sort(
    (a, b) => Number(b.drifted) - Number(a.drifted) || (b.effect ?? 0) - (a.effect ?? 0),
  );
  const findings = [...parts.findings].sort(byWeight);
  const alarm = findings.some(({ severity }) => severity !== 'info');
  return { format: 2, ...parts, columns, findings, alarm, summary: summarise(findings, columns.length) };
}

const severities: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };
/** Data that is broken explains the rest, so it is told first. */
const kinds: readonly FindingKind[] = ['quality', 'feedback', 'performance', 'drift', 'prediction'];
/** Of each kind; the report has them all. */
const named = 2;

function summarise(findings: readonly Finding[], columns: number): string {
  const parts = kinds.flatMap((kind) => {
    const wrong = findings.filter((finding) => finding.kind === kind && finding.severity !== 'info');
    if (wrong.length === 0) return [];
    const words = wrong.slice(0, named).map(sayShortly);
    return [`${words.join(', ')}${wrong.length > named ? ` and ${wrong.length - named} more` : ''}`];
  });
  return parts.length > 0 ? parts.join('; ') : `nothing changed in ${columns} column${columns === 1 ? '' : 's'}`;
}

/** What changed, without where, when and how certain: those are for the report. */
function sayShortly({ column, says }: Finding): string {
  const short = says.split(/ \(| over \d| on \d{4}-|, since /)[0] ?? says;
  return column === null || names(short, column) ? short : `${column} ${short}`;
}

/** The worst first; what holds for all rows before what holds for some of them. */
function byWeight(a: Finding, b: Finding): number {
  return (
    severities[b.severity] - severities[a.severity] ||
    kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
    Number(a.segment !== null) - Number(b.segment !== null) ||
    b.size - a.size
  );
}
