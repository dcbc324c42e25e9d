import type { GateResult } from '../evaluation/report.ts';
import type { EventRecord } from '../registry/registry.ts';
import { formatInstant, formatNumber, formatSigned } from '../report/numbers.ts';
import { forceMarks } from './overruled.ts';
import { type DecisionRecord, decidedGates, type StoredEvidence } from './stored.ts';

/** Why the version is where it is, in one sentence. */
export function headlineOf(stored: StoredEvidence): string {
  const [mark] = forceMarks(stored).slice(-1);
  const loud = mark ? `FORCED by ${mark.by}: "${mark.reason}". ` : '';
  return loud + plainHeadline(stored);
}

function plainHeadline(stored: StoredEvidence): string {
  const { version } = stored;
  switch (version.state) {
    case 'stable':
      return `Stable since ${when(lastEvent(stored, 'stable'))}: ${wayUp(stored)}.`;
    case 'deprecated':
      return `Stable from ${when(lastEvent(stored, 'stable'))} to ${when(lastEvent(stored, 'deprecated'))}, when another version took its place: ${wayUp(stored)}.`;
    case 'failed':
      return `Rolled back ${when(lastEvent(stored, 'failed'))} by ${nameOf(lastEvent(stored, 'failed'))}: ${lastEvent(stored, 'failed')?.reason ?? 'no reason was kept'}.`;
    case 'rejected':
      return rejection(stored);
    case 'shadow':
    case 'canary':
      return `In its rollout since ${when(lastEvent(stored, version.state))}, as ${version.state}: ${wayUp(stored)}.`;
    case 'challenger':
      return `Passed its gates and is not rolled out: ${whyWaiting(stored)}.`;
    default:
      return 'Trained, and not judged yet.';
  }
}

function rejection(stored: StoredEvidence): string {
  const vote = lastDecision(stored, 'approval');
  if (vote?.verdict === 'rejected') return `Rejected by ${vote.by.name} (${vote.by.via}): "${vote.reason}".`;
  const held = decidedGates(stored).filter(({ verdict, gate }) => verdict !== 'pass' && !gate.dryRun);
  const verdict = lastDecision(stored, 'gates')?.verdict;
  const head =
    verdict === 'inconclusive' ? 'Not promoted, because its gates could not decide' : 'Rejected by its gates';
  const more = held.length > 2 ? `; and ${held.length - 2} more` : '';
  return `${head}: ${held.slice(0, 2).map(gateSentence).join('; ')}${more}.`;
}

/** "auc vs champion ≥ +0.002: −0.004, would pass at ≥ −0.01". */
function gateSentence({ name, gate, value, counterfactual }: GateResult): string {
  const relative = 'versus' in gate && gate.versus !== undefined && name.includes(' vs ');
  const measured = value === null ? [] : [relative ? formatSigned(value) : formatNumber(value)];
  const parts = [...measured, ...(counterfactual === '' ? [] : [counterfactual])];
  return parts.length === 0 ? name : `${name}: ${parts.join(', ')}`;
}

/** How it came past gates, people and traffic. */
function wayUp(stored: StoredEvidence): string {
  const gates = decidedGates(stored).filter(({ gate }) => !gate.dryRun);
  const passed = gates.filter(({ verdict }) => verdict === 'pass').length;
  const champion = stored.evaluation?.report?.champion;
  const against = champion ? ` against v${champion.version}` : ', the first version';
  const approval = lastDecision(stored, 'approval');
  const rollout = lastDecision(stored, 'rollout');
  return [
    gates.length === 0 ? 'its gates are not kept' : `${passed} of ${gates.length} gates passed${against}`,
    ...(approval?.verdict === 'approved' ? [`approved by ${approval.by.name} (${approval.by.via})`] : []),
    ...(rollout?.verdict === 'promoted' || rollout?.verdict === 'kept' ? [`its rollout: ${rollout.reason}`] : []),
    ...(lastEvent(stored, 'stable')?.actor.via === 'workflow' || lastEvent(stored, 'stable') === undefined
      ? []
      : [`made stable by ${nameOf(lastEvent(stored, 'stable'))}: ${lastEvent(stored, 'stable')?.reason ?? ''}`]),
  ].join(', ');
}

function whyWaiting(stored: StoredEvidence): string {
  const { version, evaluation } = stored;
  const winner = evaluation?.report?.winner;
  if (winner && winner.version !== version.version) return `v${winner.version} (${winner.candidate}) was better`;
  const approval = lastDecision(stored, 'approval');
  if (approval?.verdict === 'approved') return `approved by ${approval.by.name}, its rollout has not begun`;
  const { outcome, summary } = stored.run;
  return outcome === null ? `${version.run} is not over` : `${version.run} ended: ${summary ?? outcome}`;
}

function lastEvent({ events }: StoredEvidence, state: string): EventRecord | undefined {
  return events.findLast(({ kind }) => kind === `version.${state}`);
}

function lastDecision({ decisions }: StoredEvidence, kind: DecisionRecord['kind']): DecisionRecord | undefined {
  return decisions.findLast((decision) => decision.kind === kind);
}

const when = (event: EventRecord | undefined): string => (event ? formatInstant(event.at) : 'an unknown time');

function nameOf(event: EventRecord | undefined): string {
  if (event === undefined) return 'somebody unknown';
  const { name, via } = event.actor;
  return via === 'workflow' ? 'the gates' : `${name} (${via})`;
}
