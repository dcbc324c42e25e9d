import { type AlarmStanding, decideAlarms } from '../../../src/alarm/decide.ts';
import { type Finding, findingKinds } from '../../../src/alarm/finding.ts';

export const day = (number: number) => new Date(Date.UTC(2030, 0, number)).toISOString();

export function aFinding(column: string, change: Partial<Finding> = {}): Finding {
  return {
    ...{ kind: 'drift', code: 'shifted', column, segment: null, severity: 'warning', size: 0.3 },
    ...{ says: `${column} moved`, ...change },
  };
}

export function aStanding(change: Partial<AlarmStanding> = {}): AlarmStanding {
  return {
    ...{ open: [], hushing: [], mutes: [], champion: 1, lastAsOf: null, closesAfter: 3, now: day(1) },
    ...change,
  };
}

export function look(
  number: number,
  findings: readonly Finding[],
  judged = findingKinds as readonly Finding['kind'][],
) {
  return { model: 'm', asOf: day(number), champion: 1, findings, judged, evidence: `checks/${number}.json` };
}

/** What stands after a check has moved it, as the registry would write it. */
export function settle(standing: AlarmStanding, check: ReturnType<typeof look>): AlarmStanding {
  const decision = decideAlarms(standing, check);
  if (!decision.moved) return standing;
  let { open, hushing } = standing;
  for (const move of decision.moves) {
    if (move.move === 'open') open = [...open, { ...move.alarm, id: open.length + 1 }];
    else if (move.move === 'hush') hushing = move.hushes ? [move.alarm] : [];
    else {
      const others = open.filter(({ kind }) => kind !== move.alarm.kind);
      open = move.move === 'close' ? others : [...others, move.alarm];
    }
  }
  return { ...standing, open: open.toSorted((a, b) => (a.kind < b.kind ? -1 : 1)), hushing, lastAsOf: check.asOf };
}
