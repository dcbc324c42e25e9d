import { gateFamily } from '../plan/gate-metrics.ts';
import type { Gate, GateEntry } from '../plan/schema-gates.ts';
import { type Direction, gateDirection } from './gate-direction.ts';
import { boundsWords, confidenceWords, gateWords, subjectWords, versusWords } from './gate-words.ts';
import { type GateEvidence, measure, type Place, placesOf } from './gates-measure.ts';
import { combined, judgeBounds, judgeVersus } from './judge.ts';
import { servingMetrics } from './metrics.ts';
import type { GateResult, Verdict } from './report.ts';

export type { GateEvidence } from './gates-measure.ts';

/** One result per requirement of a condition, and per value of its slice column: it holds only if it holds in every value. Of "any" and "all" one for all. */
export function judgeGate(gate: GateEntry, evidence: GateEvidence): GateResult[] {
  if ('any' in gate) return [together('any', gate, gate.any, evidence)];
  if ('all' in gate) return [together('all', gate, gate.all, evidence)];
  return placesOf(gate, evidence).flatMap((place) => judgeIn(place, gate, evidence));
}

/** Fail beats inconclusive beats pass; a dry run never counts. Independent of the order of the gates. */
export function overallVerdict(results: readonly Pick<GateResult, 'gate' | 'verdict'>[]): Verdict {
  return combined(
    'all',
    results.filter(({ gate }) => !gate.dryRun).map(({ verdict }) => verdict),
  );
}

function judgeIn(place: Place, gate: Gate, evidence: GateEvidence): GateResult[] {
  const measured = measure(gate, evidence, place);
  const subject = subjectWords(gate);
  const results: GateResult[] = [];
  const bounds = boundsWords(gate);
  if (bounds !== '') results.push(judgeBounds(gate, `${subject} ${bounds}${place.words}`, bounds, measured));
  if (gate.versus === undefined) return results;
  const versus = versusWords(gate, measured.direction);
  const name = `${subject} vs champion ${versus}${place.words}`;
  const threshold = measured.measuredExactly ? versus : `${versus} ${confidenceWords(gate, evidence.family.size)}`;
  return [...results, judgeVersus(gate, name, threshold, measured)];
}

/** A condition with several requirements or slices is one part: all of them must hold, as where it stands alone. */
function together(
  how: 'any' | 'all',
  gate: GateEntry,
  conditions: readonly GateEntry[],
  evidence: GateEvidence,
): GateResult {
  const direction = (metric: string): Direction => gateDirection(metric, evidence.custom);
  const parts = conditions.map((condition): GateResult => {
    const results = judgeGate(condition, evidence);
    const [only] = results;
    if (only !== undefined && results.length === 1) return only;
    return summed('all', condition, gateWords(condition, direction), results);
  });
  return summed(how, gate, gateWords(gate, direction), parts);
}

function summed(how: 'any' | 'all', gate: GateEntry, name: string, parts: readonly GateResult[]): GateResult {
  const verdict = combined(
    how,
    parts.map((part) => part.verdict),
  );
  const open = parts.filter((part) => part.verdict !== 'pass' && part.counterfactual !== '');
  const glue = how === 'any' ? ', or ' : ', and ';
  return {
    ...{ name, gate, verdict, value: null, interval: null, parts },
    threshold: how === 'any' ? `one of ${parts.length} conditions` : `each of ${parts.length} conditions`,
    n: Math.max(0, ...parts.map(({ n }) => n)),
    counterfactual: verdict === 'pass' ? '' : open.map((part) => `${part.name}: ${part.counterfactual}`).join(glue),
  };
}

/** Metrics for which there is nothing to be sliced by: they are of the whole model, or of the data. */
export function hasSlices(metric: string): boolean {
  return !servingMetrics.includes(metric) && gateFamily(metric) === null;
}
