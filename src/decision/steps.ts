import type { GateResult } from '../evaluation/report.ts';
import type { EventRecord } from '../registry/registry.ts';
import { type DecisionRecord, evidenceOf, type StoredEvidence } from './stored.ts';

/** One thing that was decided about a version, or happened to it. */
export interface Step {
  readonly at: string;
  readonly what: 'trained' | 'gates' | 'approval' | 'rollout' | 'override' | 'state';
  /** passed, failed, approved, stable, ... */
  readonly verdict: string;
  readonly by: string;
  readonly via: string;
  /** The reason as it was given. */
  readonly reason: string;
  /** What it was decided on, a line each. */
  readonly says: readonly string[];
}

/** Decisions and changes of state in one line of time; what both tell stands once. */
export function stepsOf({ version, run, decisions, events }: StoredEvidence): readonly Step[] {
  const trained: Step = {
    ...{ at: version.createdAt, what: 'trained', verdict: 'candidate', by: run.trigger.by, via: run.trigger.kind },
    reason: run.trigger.reason ?? '',
    says: [`${version.candidate} on snapshot ${version.snapshot}`],
  };
  const decided = decisions.map(decisionStep);
  // What a decision has said already is not said again by the move that follows from it.
  const said = new Set(decided.map(({ reason }) => reason));
  const moved = events.filter(isMove).map((event) => moveStep(event, said));
  const order = (one: Step, other: Step) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0);
  return [trained, ...[...decided, ...moved].sort(order)];
}

/** States that only a decision beside them explains are told by it. */
function isMove({ kind }: EventRecord): boolean {
  return /^version\.(shadow|canary|stable|deprecated|failed)$/.test(kind);
}

function moveStep({ at, kind, actor, reason, details }: EventRecord, said: ReadonlySet<string>): Step {
  const { from, forced } = (details ?? {}) as { readonly from?: string; readonly forced?: boolean };
  return {
    ...{ at, what: 'state', verdict: kind.slice('version.'.length), by: actor.name, via: actor.via },
    reason: reason === null || said.has(reason) ? '' : reason,
    says: [...(from ? [`it was ${from}`] : []), ...(forced ? ['by force'] : [])],
  };
}

function decisionStep(decision: DecisionRecord): Step {
  const { at, kind, verdict, by, reason } = decision;
  const what = (['gates', 'approval', 'rollout', 'override'] as const).find((known) => known === kind) ?? 'state';
  return { at, what, verdict, by: by.name, via: by.via, reason, says: saysOf(what, decision) };
}

function saysOf(what: Step['what'], decision: DecisionRecord): readonly string[] {
  switch (what) {
    case 'gates':
      return gateCounts(evidenceOf('gates', decision).gates ?? []);
    case 'approval':
      return approvalWords(decision);
    case 'rollout':
      return rolloutWords(decision);
    case 'override': {
      const { gates = [], roles = [] } = evidenceOf('override', decision);
      return [`overruled: ${gates.join('; ') || 'the end of an earlier rollout'}`, `as ${roles.join(', ')}`];
    }
    default:
      return [];
  }
}

function gateCounts(gates: readonly GateResult[]): readonly string[] {
  const acting = gates.filter(({ gate }) => !gate.dryRun);
  const passed = acting.filter(({ verdict }) => verdict === 'pass').length;
  const dry = gates.length - acting.length;
  return [`${passed} of ${acting.length} gates passed${dry > 0 ? `, ${dry} only reported` : ''}`];
}

function approvalWords(decision: DecisionRecord): readonly string[] {
  const { digest, votes = [] } = evidenceOf('approval', decision);
  const given = votes.map(
    ({ choice, by, holder, role, proven }) =>
      `${by}${holder ? ` for ${holder}` : ''} ${choice}s${role ? ` as ${role}` : ''}${proven ? '' : ' (name not proven)'}`,
  );
  return [...given, ...(digest ? [`on the evidence ${digest.slice(0, 12)}`] : [])];
}

function rolloutWords(decision: DecisionRecord): readonly string[] {
  const { look } = evidenceOf('rollout', decision);
  if (!look) return ['no look at traffic was kept'];
  const gates = look.gates.map(({ name, verdict, n }) => `${name} ${verdict} (n = ${n})`);
  return [`last look in ${look.phase} at ${Math.round(look.weight * 1000) / 10} %: ${gates.join(', ')}`];
}
