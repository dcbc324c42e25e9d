import { gateFamily } from '../plan/gate-metrics.ts';
import type { Task } from '../plan/schema.ts';
import type { Gate } from '../plan/schema-gates.ts';
import { difference, type Evidence, type Level } from './evidence.ts';
import type { ComparisonFamily } from './family.ts';
import { type Direction, gateDirection } from './gate-direction.ts';
import { type DataFacts, missingShareOf } from './gates-data.ts';
import type { GroupGaps } from './gates-fairness.ts';
import { scoreShift } from './gates-shift.ts';
import type { Measured } from './judge.ts';
import type { ScoresLike } from './metric-set.ts';
import { finiteOrNull, servingMetrics } from './metrics.ts';
import type { ServingResult } from './report.ts';
import type { SliceEvidence } from './slices.ts';

/** Everything that the gates of one challenger look at. */
export interface GateEvidence {
  readonly task: Task;
  /** Index of the challenger among the models of `whole`. */
  readonly model: number;
  /** Index of the champion, or null when the model has none yet. */
  readonly champion: number | null;
  /** Over which the stated confidence holds together: every comparison of every challenger. */
  readonly family: ComparisonFamily;
  readonly whole: Evidence;
  readonly slices: readonly SliceEvidence[];
  readonly serving: ServingResult;
  readonly championServing: ServingResult | null;
  /** Answers of every model of `whole`; null for one that failed on rows. */
  readonly scores: readonly (ScoresLike | null)[];
  /** Of each column that a fairness gate names. */
  readonly gaps: readonly GroupGaps[];
  readonly facts: DataFacts;
  /** Better side of the metrics that the stage defines itself. */
  readonly custom?: Readonly<Record<string, Direction>>;
}

/** A part of the hold-out that a condition is judged in. */
export interface Place {
  readonly words: string;
  readonly evidence: Evidence;
}

export function placesOf(gate: Gate, { whole, slices }: GateEvidence): readonly Place[] {
  if (gate.slice === undefined) return [{ words: '', evidence: whole }];
  return slices
    .filter(({ column }) => column === gate.slice)
    .map(({ column, value, evidence }) => ({ words: ` in ${column}=${value}`, evidence }));
}

/** One condition's metric, by what it is measured on. */
export function measure(gate: Gate, context: GateEvidence, place: Place): Measured {
  const shared = { direction: gateDirection(gate.metric, context.custom), needsChampion: false } as const;
  if (servingMetrics.includes(gate.metric)) return { ...measureServing(gate.metric, context), ...shared };
  switch (gateFamily(gate.metric)) {
    case 'size':
      return { ...measureSize(context), ...shared };
    case 'fairness':
      return { ...measureGap(gate, context), ...shared };
    case 'shift':
      return { ...measureShift(gate.metric, context), ...shared, needsChampion: true };
    case 'data':
      return { ...measureData(gate, context), ...shared };
    default:
      return { ...measureMetric(gate, context, place), ...shared };
  }
}

type Bare = Omit<Measured, 'direction' | 'needsChampion'>;

function measureMetric(gate: Gate, context: GateEvidence, { evidence }: Place): Bare {
  const { metric } = gate;
  const { model, champion } = context;
  const level = levelOf(gate, context);
  const own = evidence.metrics(model);
  const champions = champion === null ? null : evidence.metrics(champion);
  return {
    n: evidence.n,
    answered: own !== null,
    tooLittle: evidence.tooLittle,
    value: own?.[metric] ?? null,
    interval: evidence.interval(model, metric, level),
    champion: champion === null ? 'none' : champions === null ? 'silent' : 'present',
    difference: difference(own, champions, metric),
    differenceInterval: champion === null ? null : evidence.differenceInterval(model, champion, metric, level),
    measuredExactly: false,
  };
}

function levelOf(gate: Gate, { family }: GateEvidence): Level {
  return { stated: gate.confidence, single: family.single(gate.confidence) };
}

/** Serving is measured once on the same rows for both: there is a difference, but no interval of it. */
function measureServing(metric: string, { serving, championServing, champion }: GateEvidence): Bare {
  const own = servingValue(metric, serving);
  const other = championServing ? servingValue(metric, championServing) : null;
  return { ...exactly(own, other, champion), n: serving.rows, tooLittle: whyUntimed(metric, serving) };
}

function whyUntimed(metric: string, { rows, scoredBy }: ServingResult): string | null {
  if (rows === 0) return 'no row was served';
  return scoredBy && metric !== 'servingErrors' ? 'its own predict command answers, and no gateway serves it' : null;
}

function servingValue(metric: string, { p50Ms, p99Ms, errors, rows }: ServingResult): number | null {
  if (rows === 0) return null;
  if (metric === 'servingErrors') return errors / rows;
  const value = metric === 'servingP50Ms' ? p50Ms : p99Ms;
  return finiteOrNull(value ?? undefined);
}

function measureSize({ serving, championServing, champion, whole }: GateEvidence): Bare {
  const megabytes = (bytes: number | undefined) => (bytes === undefined ? null : bytes / 1e6);
  const own = megabytes(serving.modelBytes);
  return { ...exactly(own, megabytes(championServing?.modelBytes), champion), n: whole.n };
}

function exactly(own: number | null, other: number | null, champion: number | null): Omit<Bare, 'n'> {
  return {
    ...{ answered: true, tooLittle: null, value: own, interval: null, differenceInterval: null, measuredExactly: true },
    champion: champion === null ? 'none' : other === null ? 'silent' : 'present',
    difference: own === null || other === null ? null : own - other,
  };
}

function measureGap(gate: Gate, context: GateEvidence): Bare {
  const { model, champion, gaps, scores, whole } = context;
  const found = gaps.find(({ column }) => column === gate.groups);
  const level = levelOf(gate, context);
  const [own, other] = [model, champion].map((at) => (at === null ? null : (found?.gap(at, gate.metric) ?? null)));
  return {
    n: found?.n ?? whole.n,
    answered: scores[model] !== null,
    tooLittle: found ? found.tooLittle : `the hold-out has no column "${gate.groups}"`,
    value: own ?? null,
    interval: found?.interval(model, gate.metric, level) ?? null,
    champion: champion === null ? 'none' : scores[champion] === null ? 'silent' : 'present',
    difference: typeof own === 'number' && typeof other === 'number' ? own - other : null,
    differenceInterval:
      champion === null ? null : (found?.differenceInterval(model, champion, gate.metric, level) ?? null),
    measuredExactly: false,
    note: found?.note(model, gate.metric),
  };
}

function measureShift(metric: string, { task, model, champion, scores, whole }: GateEvidence): Bare {
  const own = scores[model] ?? null;
  const other = champion === null ? null : (scores[champion] ?? null);
  return {
    ...{ n: whole.n, interval: null, difference: null, differenceInterval: null, measuredExactly: true },
    answered: own !== null,
    tooLittle: whole.tooLittle,
    value: own && other ? scoreShift(metric, task, own, other) : null,
    champion: champion === null ? 'none' : other === null ? 'silent' : 'present',
  };
}

function measureData({ metric, column }: Gate, { facts, whole }: GateEvidence): Bare {
  const value = facts[column === undefined ? metric : missingShareOf(column)] ?? null;
  const unknown = metric.endsWith('Findings') ? 'no check has looked at the data yet' : 'this is not known of the data';
  return { ...exactly(value, null, null), n: whole.n, tooLittle: value === null ? unknown : null };
}
