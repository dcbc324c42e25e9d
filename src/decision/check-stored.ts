import { overallVerdict } from '../evaluation/gates.ts';
import { rejudge } from '../evaluation/judge.ts';
import type { GateResult, Verdict } from '../evaluation/report.ts';
import type { RolloutLook } from '../rollout/report.ts';
import { evidenceOf, type StoredEvidence } from './stored.ts';

/** Whether what was decided follows from what is stored. */
export interface Checked {
  /** Of the evaluation: its bytes are those that were decided on; other ones; none any more; or the decision does not name their digest. */
  readonly evidence: 'intact' | 'changed' | 'missing' | 'unnamed' | 'none';
  /** Verdicts that were derived again from stored figures. */
  readonly derived: number;
  /** Those that came out otherwise, by name. */
  readonly different: readonly string[];
  /** Results that keep too little to be derived again: those of earlier releases. */
  readonly notDerivable: number;
}

/** Derives every verdict again: of each gate from its figures, of all gates together, of the report, of votes, of the last look at traffic. */
export function checkStored(stored: StoredEvidence): Checked {
  const checks = [...gateChecks(stored), ...approvalChecks(stored), ...rolloutChecks(stored)];
  const derivable = checks.filter(({ derived }) => derived !== null);
  return {
    evidence: evidenceState(stored),
    derived: derivable.length,
    different: derivable.filter(({ derived, kept }) => derived !== kept).map(({ name }) => name),
    notDerivable: checks.length - derivable.length,
  };
}

interface Check {
  readonly name: string;
  readonly kept: string;
  /** Null: not enough is kept to tell. */
  readonly derived: string | null;
}

function evidenceState({ evaluation }: StoredEvidence): Checked['evidence'] {
  if (evaluation === null) return 'none';
  if (evaluation.found === null) return 'missing';
  if (evaluation.decided === null) return 'unnamed';
  return evaluation.found === evaluation.decided ? 'intact' : 'changed';
}

function gateChecks({ version, decisions, evaluation }: StoredEvidence): Check[] {
  const decision = decisions.findLast(({ kind }) => kind === 'gates');
  if (decision === undefined) return [];
  const { gates = [] } = evidenceOf('gates', decision);
  const own = evaluation?.report?.candidates.find((each) => each.version === version.version);
  const overall = derivedOverall(gates);
  return [
    ...gates.map((gate) => ({ name: gate.name, kept: gate.verdict, derived: rejudge(gate) })),
    { name: 'all gates together', kept: decision.verdict, derived: overall },
    ...(own ? [{ name: 'the evaluation’s verdict', kept: own.verdict, derived: derivedOverall(own.gates) }] : []),
  ];
}

function derivedOverall(gates: readonly GateResult[]): Verdict | null {
  const verdicts = gates.map((result) => ({ gate: result.gate, verdict: rejudge(result) }));
  if (verdicts.some(({ verdict, gate }) => verdict === null && !gate.dryRun)) return null;
  return overallVerdict(verdicts.flatMap(({ gate, verdict }) => (verdict === null ? [] : [{ gate, verdict }])));
}

/** One vote against is enough; what was approved must be what the gates judged. */
function approvalChecks({ decisions, evaluation }: StoredEvidence): Check[] {
  return decisions
    .filter(({ kind }) => kind === 'approval')
    .flatMap((decision): Check[] => {
      const { digest, votes = [] } = evidenceOf('approval', decision);
      const against = votes.some(({ choice }) => choice === 'reject');
      const voted = votes.length === 0 ? null : against ? 'rejected' : 'approved';
      // A deadline and "auto" decide without, or against too few, votes.
      const byVotes = decision.by.name === 'deadline' || decision.by.name === 'gates' ? null : voted;
      const bound = digest === undefined || !evaluation?.decided ? null : evaluation.decided;
      return [
        ...(byVotes === null ? [] : [{ name: 'the approval', kept: decision.verdict, derived: byVotes }]),
        ...(digest === undefined ? [] : [{ name: 'what the approval was given on', kept: digest, derived: bound }]),
      ];
    });
}

/** Each traffic gate: the e-value has reached its threshold, or not; and nothing that failed was promoted, unless a person said so. */
function rolloutChecks({ decisions }: StoredEvidence): Check[] {
  return decisions
    .filter(({ kind }) => kind === 'rollout')
    .flatMap((decision): Check[] => {
      const { look } = evidenceOf('rollout', decision);
      if (!look) return [];
      const failed = look.gates.filter((gate) => !gate.dryRun && crossed(gate));
      const byPerson = decision.by.via !== 'workflow';
      const consistent = failed.length === 0 || decision.verdict === 'withdrawn' || byPerson;
      return [
        ...look.gates.map((gate) => ({
          name: `${gate.name} (traffic)`,
          kept: gate.verdict === 'fail' ? 'fail' : 'no fail',
          derived: crossed(gate) ? 'fail' : 'no fail',
        })),
        { name: 'the rollout', kept: 'consistent', derived: consistent ? 'consistent' : 'not consistent' },
      ];
    });
}

function crossed({ eValue, threshold }: RolloutLook['gates'][number]): boolean {
  return eValue >= threshold;
}
