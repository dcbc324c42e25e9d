import type { CountedVote } from '../approval/vote.ts';
import type { EvaluationReport, GateResult } from '../evaluation/report.ts';
import type { EventRecord, Registry, RunRecord, VersionRecord } from '../registry/registry.ts';
import type { RolloutLook } from '../rollout/report.ts';

export type DecisionRecord = Awaited<ReturnType<Registry['decisions']>>[number];

/** Everything that was kept about one version when it was decided on. Whatever is said of it later is said from this alone. */
export interface StoredEvidence {
  readonly version: VersionRecord;
  readonly run: RunRecord;
  /** Those about this version, in the order in which they were taken. */
  readonly decisions: readonly DecisionRecord[];
  readonly evaluation: StoredEvaluation | null;
  /** Those of this version, oldest first. */
  readonly events: readonly EventRecord[];
}

export interface StoredEvaluation {
  readonly key: string;
  /** sha256 that the decision names; null of decisions by earlier releases. */
  readonly decided: string | null;
  /** sha256 of the bytes that lie there now; null when there are none any more. */
  readonly found: string | null;
  readonly report: EvaluationReport | null;
}

/** What the decision of the gates is based on. */
export interface GatesEvidence {
  readonly evaluation: string;
  /** sha256 of the report; absent of decisions by earlier releases. */
  readonly digest?: string;
  readonly gates: readonly GateResult[];
}

/** What an approval was given on. */
export interface ApprovalEvidence {
  readonly digest: string;
  readonly votes?: readonly CountedVote[];
}

/** What a rollout ended on. */
export interface RolloutEvidence {
  readonly rollout: string;
  /** Its last look; null when it ended before the first. */
  readonly look: RolloutLook | null;
}

/** What a person overruled. */
export interface OverruleEvidence {
  readonly rollout: string;
  /** State of the version that the gates, or a rollout, had left it in. */
  readonly from: string;
  /** Names of the gates that had not passed. */
  readonly gates: readonly string[];
  readonly roles: readonly string[];
}

type Kinds = {
  readonly gates: GatesEvidence;
  readonly approval: ApprovalEvidence;
  readonly rollout: RolloutEvidence;
  readonly override: OverruleEvidence;
};

/** The evidence of a decision of that kind; whatever an earlier release, or another kind, did not keep is absent. */
export function evidenceOf<K extends keyof Kinds>(kind: K, decision: DecisionRecord): Partial<Kinds[K]> {
  const { evidence } = decision;
  return decision.kind === kind && typeof evidence === 'object' && evidence !== null ? evidence : {};
}

/** The decision keeps its gates itself: they are known also when the report is gone. */
export function decidedGates({ decisions }: Pick<StoredEvidence, 'decisions'>): readonly GateResult[] {
  const decided = decisions.findLast(({ kind }) => kind === 'gates');
  return decided === undefined ? [] : (evidenceOf('gates', decided).gates ?? []);
}
