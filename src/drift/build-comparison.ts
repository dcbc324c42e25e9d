import type { Finding } from '../alarm/finding.ts';
import { columnFaults } from './column-faults.ts';
import { type ColumnMeasure, rowsOf } from './column-measure.ts';
import type { ColumnComparison, ComparedTable, Comparison } from './comparison.ts';
import { holm } from './holm.ts';
import { percent, shareOf, short } from './measured-column.ts';

export interface ComparisonParts {
  readonly reference: ComparedTable;
  readonly current: ComparedTable;
  readonly alpha: number;
  readonly minimumEffect: number;
  readonly measures: readonly ColumnMeasure[];
  /** What is wrong with the tables as such: no rows, missing and new columns, changed types. */
  readonly faults: readonly Finding[];
}

/** The smallest change of a missing share that counts. */
const minimumMissingChange = 0.01;

/** Corrects all deciding tests together, decides on every column, and puts the worst first. */
export function buildComparison(parts: ComparisonParts): Comparison {
  const { reference, current, alpha, minimumEffect, measures, faults } = parts;
  const family = measures.flatMap(({ tests }) => tests.filter(({ decides }) => decides).map(({ pValue }) => pValue));
  const adjusted = holm(family);
  let next = 0;
  const decided = measures.map((measure) =>
    decide(measure, parts, () => {
      next += 1;
      return adjusted[next - 1] ?? null;
    }),
  );
  const findings = [...faults, ...decided.flatMap((each) => each.findings)].sort(worstFirst);
  const columns = decided.map(({ column }) => column).sort(driftedFirst);
  const drifted = findings.some(({ severity }) => severity !== 'info');
  const tests = family.filter((p) => p !== null).length;
  const summary = summarise({ columns, findings, tables: [reference, current] });
  return { reference, current, alpha, minimumEffect, tests, columns, findings, drifted, summary };
}

function decide(
  { moved, ...measure }: ColumnMeasure,
  { alpha, minimumEffect }: ComparisonParts,
  nextAdjusted: () => number | null,
): { readonly column: ColumnComparison; readonly findings: readonly Finding[] } {
  const tests = measure.tests.map(({ decides, ...test }) => ({ ...test, adjustedP: decides ? nextAdjusted() : null }));
  const adjustedP = tests.find(({ name }) => name !== 'missing-share')?.adjustedP ?? null;
  const missingP = tests.find(({ name }) => name === 'missing-share')?.adjustedP ?? null;
  const shifted = isBelow(adjustedP, alpha) && (measure.effect.value ?? 1) >= minimumEffect;
  const [was, is] = [measure.reference, measure.current].map((side) => shareOf(side.missing, rowsOf(side))) as [
    number,
    number,
  ];
  const missingChanged = isBelow(missingP, alpha) && Math.abs(is - was) >= minimumMissingChange;
  const size = measure.effect.value ?? 1;
  const drift = (code: string, at: number, says: string): Finding => ({
    ...{ kind: 'drift', code, column: measure.column, segment: null, size: at, says },
    severity: at >= seriousEffect ? 'critical' : 'warning',
  });
  const findings = [
    ...(shifted ? [drift('shifted', size, `${moved} (${effectWords(measure)}, ${pWords(adjustedP)})`)] : []),
    ...(missingChanged ? [drift('missing-share', Math.abs(is - was), `missing ${percent(was)} → ${percent(is)}`)] : []),
    ...columnFaults({ ...measure, tests }),
  ];
  const drifted = findings.some(({ severity }) => severity !== 'info');
  return { column: { ...measure, tests, drifted, findings: findings.map(({ says }) => says) }, findings };
}

/** Half a standard deviation, or half of the rows. */
const seriousEffect = 0.5;

function isBelow(p: number | null, alpha: number): boolean {
  return p !== null && p < alpha;
}

function effectWords({ effect, distances }: Pick<ColumnMeasure, 'effect' | 'distances'>): string {
  if (effect.value === null) return `KS ${short(distances.ks ?? 0)}`;
  return `${effect.name === 'w1/sd' ? 'W1/sd' : 'TVD'} ${short(effect.value)}`;
}

function pWords(p: number | null): string {
  return p === null || p < 1e-10 ? 'p < 1e-10' : `p = ${Number(p.toPrecision(2))}`;
}

const rank = { critical: 0, warning: 1, info: 2 } as const;

function worstFirst(a: Finding, b: Finding): number {
  return rank[a.severity] - rank[b.severity] || b.size - a.size;
}

function driftedFirst(a: ColumnComparison, b: ColumnComparison): number {
  const away = (column: ColumnComparison): number => column.effect.value ?? 0;
  return Number(b.drifted) - Number(a.drifted) || away(b) - away(a) || (a.column < b.column ? -1 : 1);
}

const named = 4;

function summarise(found: {
  readonly columns: readonly ColumnComparison[];
  readonly findings: readonly Finding[];
  readonly tables: readonly ComparedTable[];
}): string {
  const serious = found.findings.filter(({ severity }) => severity !== 'info');
  if (serious.length === 0) {
    const fewest = Math.min(...found.tables.map(({ rows }) => rows));
    const thin =
      fewest < fewRows ? `; with ${fewest} ${fewest === 1 ? 'row' : 'rows'} on a side, little could be found` : '';
    return `no drift in ${found.columns.length} ${found.columns.length === 1 ? 'column' : 'columns'}${thin}`;
  }
  const words = serious.slice(0, named).map(({ column, says }) => (column === null ? says : `${column}: ${says}`));
  return [...words, ...(serious.length > named ? [`${serious.length - named} more`] : [])].join('; ');
}

const fewRows = 30;
