import type { SnapshotManifest } from '../dataset/dataset.ts';
import type { Comparison, Interval } from '../evaluation/report.ts';
import { decidesFrom } from '../evaluation/threshold.ts';
import type { Side } from './gather-side.ts';
import type { StoredEvidence } from './stored.ts';

/** What is different from one version to another, part by part; a part in which nothing is has no entries. */
export interface VersionDifference {
  readonly format: 1;
  readonly model: string;
  readonly from: VersionHead;
  readonly to: VersionHead;
  readonly data: readonly Change[];
  readonly code: readonly Change[];
  readonly parameters: readonly Change[];
  readonly environment: readonly Change[];
  readonly metrics: MetricDifference;
  /** Null: the answers of both on common rows are not kept. */
  readonly behaviour: Behaviour | null;
}

export interface VersionHead {
  readonly version: number;
  readonly candidate: string;
  readonly run: string;
  readonly state: string;
  readonly createdAt: string;
}

/** Null on the side that has none. */
export interface Change {
  readonly what: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface MetricDifference {
  /** Both were scored on the same rows in one evaluation: the differences mean something, and have intervals. */
  readonly sameRows: boolean;
  readonly rows: readonly {
    readonly metric: string;
    readonly from: number | null;
    readonly to: number | null;
    readonly difference: number | null;
    readonly interval: Interval | null;
  }[];
}

/** How the answers differ on rows that both have answered. */
export interface Behaviour {
  readonly rows: number;
  /** Rows whose answer is another class; null for a regression. */
  readonly flipped: number | null;
  readonly meanChange: number;
  readonly largestChange: number;
  /** The rows that changed most, by id. */
  readonly examples: readonly { readonly id: string; readonly from: number; readonly to: number }[];
}

export function compareVersions(from: Side, to: Side, behaviour: Behaviour | null): VersionDifference {
  return {
    format: 1,
    model: to.stored.version.model,
    ...{ from: headOf(from.stored), to: headOf(to.stored) },
    data: changes(dataOf(from), dataOf(to)),
    code: changes(codeOf(from.stored), codeOf(to.stored)),
    parameters: changes(parametersOf(from.stored), parametersOf(to.stored)),
    environment: changes(environmentOf(from.stored), environmentOf(to.stored)),
    metrics: metricsOf(from.stored, to.stored),
    behaviour,
  };
}

function headOf({ version: { version, candidate, run, state, createdAt } }: StoredEvidence): VersionHead {
  return { version, candidate, run, state, createdAt };
}

type Facts = Readonly<Record<string, string>>;

function changes(from: Facts, to: Facts): Change[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  return names
    .map((what) => ({ what, from: from[what] ?? null, to: to[what] ?? null }))
    .filter((change) => change.from !== change.to);
}

function dataOf({ stored, snapshot }: Side): Facts {
  const { version } = stored;
  const features = Object.fromEntries(
    version.signature.features.map((feature) => [`feature ${feature.name}`, featureWords(feature)]),
  );
  return { snapshot: version.snapshot, ...(snapshot ? windowsOf(snapshot) : {}), ...features };
}

function featureWords(feature: object): string {
  return 'type' in feature ? String(feature.type) : 'there';
}

function windowsOf({ windows, rows, unlabelled, missingDays, schema }: SnapshotManifest): Facts {
  const span = ({ from, to }: SnapshotManifest['windows']['train']) => `${from} to ${to}`;
  return {
    'training window': span(windows.train),
    'validation window': span(windows.validation),
    'hold-out window': span(windows.holdout),
    'training rows': String(rows.train),
    'validation rows': String(rows.validation),
    'hold-out rows': String(rows.holdout),
    'rows without a label': String(unlabelled),
    'missing days': missingDays.join(', ') || 'none',
    ...Object.fromEntries(schema.map(({ name, type }) => [`column ${name}`, type])),
  };
}

/** What the trainer was: its code, and the plan that called it. */
function codeOf({ version, run }: StoredEvidence): Facts {
  const { record } = version;
  const trainer: Facts = record ? { trainer: JSON.stringify(record.trainer) } : {};
  const code = record?.code ?? version.environment.code;
  return {
    candidate: version.candidate,
    ...trainer,
    ...(code ? { 'trainer’s code': code } : {}),
    plan: run.planDigest,
  };
}

function parametersOf({ version: { parameters, seed, threshold } }: StoredEvidence): Facts {
  const values = Object.entries(parameters).map(([name, value]) => [name, JSON.stringify(value)]);
  const yesFrom = decidesFrom(threshold);
  const decides: Facts = yesFrom === undefined ? {} : { 'answers yes from': String(Number(yesFrom.toFixed(4))) };
  return { ...Object.fromEntries(values), seed: String(seed), ...decides };
}

function environmentOf({ version: { environment, record } }: StoredEvidence): Facts {
  const { code: _, ...rest } = environment;
  const lock: Facts = record?.environmentLock ? { packages: record.environmentLock } : {};
  const hardware: Facts = record?.hardware ? { hardware: record.hardware } : {};
  return { ...rest, ...lock, ...hardware };
}

/** On the same rows where one evaluation has scored both; else each on its own hold-out, and the difference is only that of two numbers. */
function metricsOf(from: StoredEvidence, to: StoredEvidence): MetricDifference {
  const direct = comparisonsOf(to, from.version.version);
  if (direct) return { sameRows: true, rows: direct.map((each) => rowOf(each, 1)) };
  const reverse = comparisonsOf(from, to.version.version);
  if (reverse) return { sameRows: true, rows: reverse.map((each) => rowOf(each, -1)) };
  const [before, after] = [from.version.metrics ?? {}, to.version.metrics ?? {}];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return {
    sameRows: false,
    rows: names.map((metric) => {
      const [one, other] = [before[metric] ?? null, after[metric] ?? null];
      return { metric, from: one, to: other, difference: gap(one, other), interval: null };
    }),
  };
}

/** Of the version's own evaluation, when the other one was its champion. */
function comparisonsOf({ version, evaluation }: StoredEvidence, other: number): readonly Comparison[] | null {
  if (evaluation?.report?.champion?.version !== other) return null;
  return evaluation.report.candidates.find((each) => each.version === version.version)?.comparisons ?? null;
}

function rowOf({ metric, challenger, champion, difference, interval }: Comparison, sign: 1 | -1) {
  if (sign === 1) return { metric, from: champion, to: challenger, difference, interval };
  return {
    ...{ metric, from: challenger, to: champion, difference: difference === null ? null : -difference },
    interval: interval && { ...interval, low: -interval.high, high: -interval.low },
  };
}

function gap(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : to - from;
}
