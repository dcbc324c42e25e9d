import type { BesideReport, CandidateEvaluation, EvaluationReport, GateResult } from '../evaluation/report.ts';
import type { Task } from '../plan/schema.ts';
import type { VersionState } from '../registry/transitions.ts';
import { predictCommandOf } from '../training/predict-command.ts';
import { type Checked, checkStored } from './check-stored.ts';
import { headlineOf } from './headline.ts';
import { type ForceMark, forceMarks } from './overruled.ts';
import { type Step, stepsOf } from './steps.ts';
import { decidedGates, type StoredEvidence } from './stored.ts';

/** Why a version is what it is, told from what was stored when it was decided on: the same records give the same story, byte for byte. */
export interface Explanation {
  readonly format: 1;
  readonly model: string;
  readonly version: number;
  readonly candidate: string;
  readonly run: string;
  readonly state: VersionState;
  readonly task: Task;
  readonly features: readonly string[];
  /** Absent where its ONNX file answers. */
  readonly scoredBy?: 'predict-command';
  /** One sentence. */
  readonly headline: string;
  /** Not empty: a person has overruled gates for this version. */
  readonly forced: readonly ForceMark[];
  /** What happened to it, oldest first. */
  readonly steps: readonly Step[];
  readonly gates: readonly GateResult[];
  /** The version's part of the evaluation, and what it was compared with; null when it was never evaluated, or that is not kept any more. */
  readonly evaluation: {
    readonly key: string;
    readonly digest: string | null;
    readonly holdoutRows: number;
    readonly snapshot: string;
    readonly champion: EvaluationReport['champion'];
    readonly winner: EvaluationReport['winner'];
    readonly own: CandidateEvaluation;
    /** Leaks, other answers and load, as they were looked at beside it. */
    readonly beside: BesideReport | null;
  } | null;
  readonly checked: Checked;
  readonly recipe: {
    readonly snapshot: string;
    readonly seed: number;
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly environment: Readonly<Record<string, string>>;
    readonly artifactDigest: string;
  };
  /** Who asked for the run that made it. */
  readonly asked: { readonly kind: string; readonly by: string; readonly reason: string; readonly at: string };
}

export function tellStory(stored: StoredEvidence): Explanation {
  const { version, run, evaluation } = stored;
  const { model, candidate, state, snapshot, seed, parameters, environment, artifactDigest } = version;
  const report = evaluation?.report ?? null;
  const own = report?.candidates.find((each) => each.version === version.version);
  const { kind, by, reason } = run.trigger;
  return {
    format: 1,
    ...{ model, version: version.version, candidate, run: version.run, state },
    task: version.signature.task,
    features: version.signature.features.map(({ name }) => name),
    ...(predictCommandOf(version) ? { scoredBy: 'predict-command' } : {}),
    headline: headlineOf(stored),
    forced: forceMarks(stored),
    steps: stepsOf(stored),
    gates: own?.gates ?? decidedGates(stored),
    evaluation:
      report && own && evaluation
        ? {
            ...{ key: evaluation.key, digest: evaluation.found, holdoutRows: report.holdoutRows },
            ...{ snapshot: report.snapshot, champion: report.champion, winner: report.winner, own },
            beside: report.beside ?? null,
          }
        : null,
    checked: checkStored(stored),
    recipe: { snapshot, seed, parameters, environment, artifactDigest },
    asked: { kind, by, reason: reason ?? '', at: run.startedAt },
  };
}
