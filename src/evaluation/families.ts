import { customDirections, type EvaluationInput, shownMetrics } from './evaluation-input.ts';
import type { Evidence, Level } from './evidence.ts';
import { bonferroni, type ComparisonFamily, jointFamily } from './family.ts';
import { judgeGate } from './gates.ts';
import { championIndex, type Gathered, scoresOf, sliceMetrics } from './gather.ts';
import type { Estimated } from './influence.ts';
import { seededRandom } from './random.ts';
import type { GateResult } from './report.ts';

/** Which comparisons keep their confidence together. What decides is apart from what is only shown, so that a long table makes no gate harder. */
export interface Families {
  readonly gates: ComparisonFamily;
  readonly metrics: ComparisonFamily;
  readonly slices: ComparisonFamily;
}

export function familiesOf(input: EvaluationInput, evidence: Gathered): Families {
  const champion = championIndex(input);
  const family = (of: (candidate: number) => readonly (Estimated | null)[]): ComparisonFamily =>
    jointFamily(
      input.candidates.flatMap((_, candidate) => of(candidate)).filter((comparison) => comparison !== null),
      seededRandom(input.seed),
    );
  const between = (of: Evidence, candidate: number, metric: string): Estimated | null =>
    champion === null ? null : of.difference(candidate, champion, metric);
  return {
    gates: family((candidate) => gateComparisons(input, evidence, candidate)),
    metrics: family((candidate) => shownMetrics(input).map((metric) => between(evidence.whole, candidate, metric))),
    slices: family((candidate) =>
      evidence.slices.flatMap((slice) =>
        sliceMetrics(input, slice.column).map((metric) => between(slice.evidence, candidate, metric)),
      ),
    ),
  };
}

/** The verdicts on one candidate. */
export function judgeCandidate(
  input: EvaluationInput,
  { whole, slices, gaps }: Gathered,
  family: ComparisonFamily,
  model: number,
): GateResult[] {
  const { serving } = input.candidates[model] as EvaluationInput['candidates'][number];
  const evidence = {
    ...{ task: input.task, model, champion: championIndex(input), family, whole, slices, gaps, serving },
    championServing: input.champion?.serving ?? null,
    scores: scoresOf(input),
    facts: input.facts ?? {},
    custom: customDirections(input),
  };
  return input.gates.flatMap((gate) => judgeGate(gate, evidence));
}

/** The gates themselves say what they compare, so that whatever a gate looks at belongs to the family. */
function gateComparisons(input: EvaluationInput, evidence: Gathered, candidate: number): readonly (Estimated | null)[] {
  const asked: (Estimated | null)[] = [];
  const noting = <T extends Pick<Evidence, 'difference' | 'differenceInterval'>>(of: T): T => ({
    ...of,
    differenceInterval: (model: number, other: number, metric: string, level: Level) => {
      asked.push(of.difference(model, other, metric));
      return of.differenceInterval(model, other, metric, level);
    },
  });
  const noted: Gathered = {
    ...evidence,
    whole: noting(evidence.whole),
    slices: evidence.slices.map((slice) => ({ ...slice, evidence: noting(slice.evidence) })),
    gaps: evidence.gaps.map(noting),
  };
  judgeCandidate(input, noted, bonferroni(1), candidate);
  return asked;
}
