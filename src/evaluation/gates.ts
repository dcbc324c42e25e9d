import { PerennialError } from '../errors/error.ts';
import type { Gate, Task } from '../plan/schema.ts';
import { difference, type Evidence, type Level } from './evidence.ts';
import type { ComparisonFamily } from './family.ts';
import { boundsWords, confidenceWords, versusWords } from './gate-words.ts';
import { judgeBounds, judgeVersus, type Measured } from './judge.ts';
import { metricsOf, servingMetrics } from './metrics.ts';
import type { GateResult, ServingResult, Verdict } from './report.ts';
import type { SliceEvidence } from './slices.ts';

/** Everything that the gates of one challenger look at. */
export interface GateEvidence {
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
}

/** One result per requirement of the gate, and per value of its slice column: it holds only if it holds in every value. */
export function judgeGate(gate: Gate, evidence: GateEvidence): GateResult[] {
  return placesOf(gate, evidence).flatMap((place) => {
    const measured = measure(gate, evidence, place);
    const results: GateResult[] = [];
    const bounds = boundsWords(gate);
    if (bounds !== '') results.push(judgeBounds(gate, `${gate.metric} ${bounds}${place.words}`, bounds, measured));
    if (gate.versus === undefined) return results;
    const versus = versusWords(gate);
    const name = `${gate.metric} vs champion ${versus}${place.words}`;
    const exact = servingMetrics.includes(gate.metric);
    const threshold = exact ? versus : `${versus} ${confidenceWords(gate, evidence.family.size)}`;
    return [...results, judgeVersus(gate, name, threshold, measured)];
  });
}

/** Fail beats inconclusive beats pass; a dry run never counts. Independent of the order of the gates. */
export function overallVerdict(results: readonly GateResult[]): Verdict {
  const acting = results.filter(({ gate }) => !gate.dryRun).map(({ verdict }) => verdict);
  if (acting.includes('fail')) return 'fail';
  return acting.includes('inconclusive') ? 'inconclusive' : 'pass';
}

/**
 * @throws PRN-EVALUATION-001 unknown metric
 * @throws PRN-EVALUATION-003 a gate without a bound, or a comparison of what has no better side
 * @throws PRN-EVALUATION-004 a slice that the hold-out does not carry
 */
export function requireJudgeable(gates: readonly Gate[], task: Task, sliceColumns: readonly string[]): void {
  const known = [...metricsOf(task), ...servingMetrics];
  for (const gate of gates) {
    if (!known.includes(gate.metric))
      throw new PerennialError('PRN-EVALUATION-001', {
        message: `A gate names the metric "${gate.metric}", but a ${task} model has ${known.join(', ')}.`,
      });
    if (boundsWords(gate) === '' && gate.versus === undefined)
      throw new PerennialError('PRN-EVALUATION-003', { message: `The gate on "${gate.metric}" has no bound.` });
    if (gate.metric === 'classBalance' && gate.versus !== undefined)
      throw new PerennialError('PRN-EVALUATION-003', {
        message: 'A gate compares "classBalance" with the champion, but neither more nor less of it is better.',
      });
    if (gate.slice !== undefined && (!sliceColumns.includes(gate.slice) || servingMetrics.includes(gate.metric)))
      throw new PerennialError('PRN-EVALUATION-004', {
        message: `The gate on "${gate.metric}" asks for slices of "${gate.slice}"; there are ${sliceColumns.join(', ') || 'none'}, for metrics of the hold-out only.`,
      });
  }
}

interface Place {
  readonly words: string;
  readonly evidence: Evidence;
}

function placesOf(gate: Gate, { whole, slices }: GateEvidence): readonly Place[] {
  if (gate.slice === undefined) return [{ words: '', evidence: whole }];
  return slices
    .filter(({ column }) => column === gate.slice)
    .map(({ column, value, evidence }) => ({ words: ` in ${column}=${value}`, evidence }));
}

function measure(gate: Gate, context: GateEvidence, { evidence }: Place): Measured {
  const { metric } = gate;
  if (servingMetrics.includes(metric)) return measureServing(metric, context);
  const { model, champion, family } = context;
  const level: Level = { stated: gate.confidence, single: family.single(gate.confidence) };
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

/** Serving is measured once on the same rows for both: there is a difference, but no interval of it. */
function measureServing(metric: string, { serving, championServing, champion }: GateEvidence): Measured {
  const own = servingValue(metric, serving);
  const other = championServing ? servingValue(metric, championServing) : null;
  return {
    n: serving.rows,
    answered: true,
    tooLittle: serving.rows === 0 ? 'no row was served' : null,
    value: own,
    interval: null,
    champion: champion === null ? 'none' : other === null ? 'silent' : 'present',
    difference: own === null || other === null ? null : own - other,
    differenceInterval: null,
    measuredExactly: true,
  };
}

function servingValue(metric: string, { p50Ms, p99Ms, errors, rows }: ServingResult): number | null {
  if (rows === 0) return null;
  if (metric === 'servingErrors') return errors / rows;
  const value = metric === 'servingP50Ms' ? p50Ms : p99Ms;
  return Number.isFinite(value) ? value : null;
}
