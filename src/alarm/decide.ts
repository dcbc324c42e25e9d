import { type AlarmFinding, type AlarmRecord, keptFindings, type Mute } from './alarm.ts';
import type { NewCheck } from './check-record.ts';
import { type Finding, type FindingKind, findingKinds } from './finding.ts';
import { isMuted } from './mute.ts';
import { isWorse, sameFinding, worstFirst } from './severity.ts';
import { summaryOf } from './summary.ts';

/** Everything that the alarms of a model are moved by, read under one lock. */
export interface AlarmStanding {
  /** At most one a kind. */
  readonly open: readonly AlarmRecord[];
  /** Closed by hand, while their findings are still there: at most one a kind. */
  readonly hushing: readonly AlarmRecord[];
  readonly mutes: readonly Mute[];
  /** The stable version now. */
  readonly champion: number | null;
  /** Of the latest check against this champion that could judge anything. */
  readonly lastAsOf: string | null;
  /** Clean checks in a row after which an alarm closes. */
  readonly closesAfter: number;
  readonly now: string;
}

export type AlarmMove =
  | { readonly move: 'open'; readonly alarm: Omit<AlarmRecord, 'id'> }
  /** It is still there; nobody is told unless it got worse, or was snoozed until now. */
  | { readonly move: 'keep' | 'escalate' | 'awake'; readonly alarm: AlarmRecord }
  | { readonly move: 'close'; readonly alarm: AlarmRecord }
  /** Of one that a person has closed: whether it goes on to hush what it had found. */
  | { readonly move: 'hush'; readonly alarm: AlarmRecord; readonly hushes: boolean };

export type AlarmDecision =
  | { readonly moved: true; readonly moves: readonly AlarmMove[] }
  | { readonly moved: false; readonly why: string };

type Look = Pick<NewCheck, 'model' | 'asOf' | 'champion' | 'findings' | 'judged' | 'evidence'>;

/**
 * What a check moves. The moves depend on what stands and on `asOf` alone, never on how often they are asked for: the same
 * check a second time finds nothing to move, and checks may be retried or repeated at will.
 */
export function decideAlarms(standing: AlarmStanding, check: Look): AlarmDecision {
  const { lastAsOf, champion } = standing;
  if (lastAsOf !== null && Date.parse(check.asOf) < Date.parse(lastAsOf))
    return { moved: false, why: `the model has been checked as of ${lastAsOf} already, which is later` };
  if (check.champion !== champion)
    return {
      moved: false,
      why: `it compared with version ${check.champion ?? 'none'}, and ${champion ?? 'none'} is champion now`,
    };
  return { moved: true, moves: findingKinds.flatMap((kind) => movesOf(kind, standing, check)) };
}

function movesOf(kind: FindingKind, standing: AlarmStanding, check: Look): readonly AlarmMove[] {
  const ofKind = (alarm: AlarmRecord) => alarm.kind === kind;
  const open = standing.open.find(ofKind);
  const hushing = standing.hushing.find(ofKind);
  const found = alarming(kind, standing, check);
  if (found.length === 0) return check.judged.includes(kind) ? cleanMoves(open, hushing, standing, check.asOf) : [];
  if (open !== undefined) return [kept(open, found, standing, check)];
  if (hushing === undefined) return [opened(kind, found, standing, check)];
  const goesOn = covers(hushing.findings, found);
  const hush = { move: 'hush', alarm: { ...hushing, judgedAsOf: check.asOf, cleanChecks: 0 }, hushes: goesOn } as const;
  return goesOn ? [hush] : [hush, opened(kind, found, standing, check)];
}

/** Worst first; infos and what is muted alarm nobody. */
function alarming(kind: FindingKind, { mutes, now }: AlarmStanding, { findings }: Look): readonly Finding[] {
  const heard = (finding: Finding) => !mutes.some((mute) => isMuted(finding, mute, now));
  return worstFirst(findings.filter((each) => each.kind === kind && each.severity !== 'info' && heard(each)));
}

function opened(kind: FindingKind, found: readonly Finding[], { now }: AlarmStanding, check: Look): AlarmMove {
  const { model, asOf } = check;
  return {
    move: 'open',
    alarm: {
      ...{ model, kind, asOf, openedAt: now },
      ...seen(found, [], check),
      ...{ acknowledged: null, snoozedUntil: null, closedAt: null, end: null, run: null },
    },
  };
}

/** What was said about an alarm (an acknowledgement, a snooze) ends when it gets worse: that is news. */
function kept(open: AlarmRecord, found: readonly Finding[], { now }: AlarmStanding, check: Look): AlarmMove {
  const next = { ...open, ...seen(found, open.findings, check) };
  if (isWorse(next.severity, open.severity))
    return { move: 'escalate', alarm: { ...next, acknowledged: null, snoozedUntil: null } };
  const alarm = { ...next, severity: open.severity };
  const over = open.snoozedUntil !== null && Date.parse(open.snoozedUntil) <= Date.parse(now);
  return over ? { move: 'awake', alarm: { ...alarm, snoozedUntil: null } } : { move: 'keep', alarm };
}

function seen(found: readonly Finding[], before: readonly AlarmFinding[], { asOf, evidence }: Look) {
  const since = (finding: Finding) => before.find((each) => sameFinding(each, finding))?.since ?? asOf;
  const [worst] = found;
  return {
    severity: worst?.severity ?? 'warning',
    findings: found.slice(0, keptFindings).map((finding) => ({ ...finding, since: since(finding) })),
    findingCount: found.length,
    summary: summaryOf(found, found.length),
    ...{ seenAsOf: asOf, judgedAsOf: asOf, cleanChecks: 0, evidence: evidence ?? '' },
  };
}

function cleanMoves(
  open: AlarmRecord | undefined,
  hushing: AlarmRecord | undefined,
  { closesAfter, now }: AlarmStanding,
  asOf: string,
): readonly AlarmMove[] {
  const moves: AlarmMove[] = [];
  if (open !== undefined) {
    const alarm = cleaner(open, asOf);
    const over = alarm.cleanChecks >= closesAfter;
    moves.push(over ? { move: 'close', alarm: { ...alarm, closedAt: now, end: 'clean' } } : { move: 'keep', alarm });
  }
  if (hushing !== undefined) {
    const alarm = cleaner(hushing, asOf);
    moves.push({ move: 'hush', alarm, hushes: alarm.cleanChecks < closesAfter });
  }
  return moves;
}

/** Checks of one instant count once, and the last of them decides. */
function cleaner(alarm: AlarmRecord, asOf: string): AlarmRecord {
  const again = Date.parse(alarm.judgedAsOf) === Date.parse(asOf);
  return { ...alarm, judgedAsOf: asOf, cleanChecks: again ? Math.max(alarm.cleanChecks, 1) : alarm.cleanChecks + 1 };
}

/** Whether everything found is known, and none of it worse. */
function covers(known: readonly Finding[], found: readonly Finding[]): boolean {
  return found.every((finding) =>
    known.some((each) => sameFinding(each, finding) && !isWorse(finding.severity, each.severity)),
  );
}
