import { chiSquareHomogeneity } from '../drift/counts.ts';
import { shareOf } from '../drift/measured-column.ts';
import type { ColumnDrift } from '../drift/report.ts';
import type { Feature } from '../plan/schema.ts';
import type { CategoricalProfile, ColumnProfile, PartitionProfile, ReferenceProfile } from '../profile/profile.ts';
import { orderedCounts } from '../profile/ranks.ts';
import type { ColumnEvidence, Evidence } from './evidence.ts';
import type { Segments } from './explain-shift.ts';
import { driftFindings } from './findings.ts';
import { namesHistogram, numbersHistogram } from './histograms.ts';
import type { Sight } from './look.ts';

/** Twins of the report's columns that need no row: what a window's merged profile shows, with the evidence of the days. */
export function columnDrifts(input: {
  readonly evidence: Evidence;
  readonly reference: Pick<ReferenceProfile, 'whole' | 'edges'>;
  /** The days of the check's window, merged. */
  readonly window: PartitionProfile;
  readonly features: Readonly<Record<string, Feature>>;
  readonly segments?: Segments;
}): ColumnDrift[] {
  const findings = driftFindings(input.evidence, input.segments);
  return input.evidence.columns.flatMap((evidence): ColumnDrift[] => {
    const was = input.reference.whole.columns[evidence.column];
    if (was === undefined) return [];
    const is = input.window.columns[evidence.column] ?? absent(was, input.window.rows);
    const said = findings.filter(({ column }) => column === evidence.column).map(({ says }) => says);
    const segments = input.segments?.get(evidence.column) ?? [];
    return [{ ...columnDrift(input, evidence, [was, is], said), ...(segments.length > 0 ? { segments } : {}) }];
  });
}

function columnDrift(
  { reference, window }: Parameters<typeof columnDrifts>[0],
  { column, latest, drifted, kind }: ColumnEvidence,
  [was, is]: readonly [ColumnProfile, ColumnProfile],
  findings: readonly string[],
): ColumnDrift {
  const values = latest?.values ?? null;
  const gone = latest?.missing ?? null;
  return {
    column,
    kind,
    ...(was.kind === 'numeric' && is.kind === 'numeric'
      ? {
          test: 'ks' as const,
          statistic: largestGap(orderedCounts(was), orderedCounts(is)),
          newCategories: [],
          histogram: numbersHistogram(was, is, reference.edges[column] ?? []),
        }
      : { test: 'chi-square' as const, ...ofNames(was, is) }),
    ...certainty(values),
    effect: values?.effect?.size ?? null,
    effectName: kind === 'numeric' ? 'w1/sd' : 'tvd',
    missing: {
      reference: shareOf(reference.whole.rows - was.present, reference.whole.rows),
      current: shareOf(window.rows - is.present, window.rows),
      ...certainty(gone),
    },
    outOfRange: is.kind === 'numeric' ? shareOf(is.facts?.outOfRange ?? 0, window.rows) : 0,
    drifted,
    findings,
  };
}

function certainty(sight: Sight | null): Pick<ColumnDrift, 'pValue' | 'adjustedP'> {
  return { pValue: sight?.pValue ?? null, adjustedP: sight?.adjustedP ?? null };
}

function ofNames(
  was: ColumnProfile,
  is: ColumnProfile,
): Pick<ColumnDrift, 'statistic' | 'newCategories' | 'histogram'> {
  const nothing = { statistic: null, newCategories: [], histogram: { labels: [], reference: [], current: [] } };
  if (was.kind !== 'categorical' || is.kind !== 'categorical') return nothing;
  const names = [...new Set([...Object.keys(was.counts), ...Object.keys(is.counts)])];
  const counts = ({ counts: own, other }: CategoricalProfile): number[] => [
    ...names.map((name) => own[name] ?? 0),
    other,
  ];
  const fresh = names.filter((name) => !(name in was.counts) && (is.counts[name] ?? 0) > 0);
  return {
    statistic: chiSquareHomogeneity(counts(was), counts(is)).statistic,
    newCategories: was.present === 0 ? [] : fresh.sort((a, b) => (is.counts[b] ?? 0) - (is.counts[a] ?? 0)),
    histogram: namesHistogram(names, was, is),
  };
}

function largestGap(a: Float64Array, b: Float64Array): number | null {
  const [rows, now] = [a, b].map((counts) => counts.reduce((sum, count) => sum + count, 0)) as [number, number];
  if (rows === 0 || now === 0) return null;
  let [gap, largest] = [0, 0];
  for (let at = 0; at < a.length; at += 1) {
    gap += (a[at] as number) / rows - (b[at] as number) / now;
    largest = Math.max(largest, Math.abs(gap));
  }
  return largest;
}

/** A column that the window does not have is missing in every row. */
function absent(was: ColumnProfile, rows: number): ColumnProfile {
  const nothing = { present: 0, missing: rows };
  if (was.kind === 'categorical') return { ...was, ...nothing, counts: {}, other: 0, distinct: 0, untidy: 0 };
  const none = { unreadable: 0, negativeInfinite: 0, positiveInfinite: 0, zeros: 0, negatives: 0, integers: 0, m2: 0 };
  return { kind: 'numeric', ...nothing, ...none, min: null, max: null, mean: null, bins: was.bins.map(() => 0) };
}
