import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmRecord } from '../../../src/alarm/alarm.ts';
import { type AlarmStanding, decideAlarms } from '../../../src/alarm/decide.ts';
import { type Finding, findingKinds } from '../../../src/alarm/finding.ts';
import { aFinding, aStanding, day, look, settle } from './standing.ts';

describe('the alarms of a model', () => {
  it('group the findings of a kind, worst first, infos left out', () => {
    const findings = [
      aFinding('a', { size: 0.1 }),
      aFinding('b', { severity: 'info' }),
      aFinding('c', { size: 0.4 }),
      aFinding('d', { severity: 'critical', size: 0.01 }),
    ];
    const decision = decideAlarms(aStanding(), look(1, findings));
    expect(decision).toMatchObject({ moved: true, moves: [{ move: 'open', alarm: { severity: 'critical' } }] });
    const [alarm] = settle(aStanding(), look(1, findings)).open;
    expect(alarm?.findings.map(({ column }) => column)).toEqual(['d', 'c', 'a']);
    expect(alarm?.summary).toBe('d moved (and 2 more)');
  });

  it('name the column of the worst finding, where its words do not', () => {
    const [alarm] = settle(aStanding(), look(1, [aFinding('a', { says: 'mean 5 → 18' })])).open;
    expect(alarm?.summary).toBe('a: mean 5 → 18');
  });

  it('remember since when each finding is there', () => {
    const first = settle(aStanding(), look(1, [aFinding('a')]));
    const second = settle(first, look(2, [aFinding('a'), aFinding('b')]));
    expect(second.open[0]?.findings).toMatchObject([
      { column: 'a', since: day(1) },
      { column: 'b', since: day(2) },
    ]);
  });

  it('get worse once: a severity that falls and rises again is no news', () => {
    const severities = ['warning', 'critical', 'warning', 'critical'] as const;
    let standing = aStanding();
    const moves = severities.map((severity, index) => {
      const check = look(1 + index, [aFinding('a', { severity })]);
      const decision = decideAlarms(standing, check);
      standing = settle(standing, check);
      return decision.moved ? decision.moves.map(({ move }) => move) : [];
    });
    expect(moves).toEqual([['open'], ['escalate'], ['keep'], ['keep']]);
  });

  it('become clean only by checks that could judge their kind', () => {
    let standing = settle(aStanding({ closesAfter: 1 }), look(1, [aFinding('a', { kind: 'performance' })]));
    standing = settle(standing, look(2, [], ['quality', 'drift', 'prediction']));
    expect(standing.open).toHaveLength(1);
    standing = settle(standing, look(3, []));
    expect(standing.open).toEqual([]);
  });

  it('start to count anew when a finding comes back before they close', () => {
    let standing = settle(aStanding(), look(1, [aFinding('a')]));
    for (const [at, found] of [[], [], [aFinding('a')], [], []].entries())
      standing = settle(standing, look(2 + at, found));
    expect(standing.open[0]?.cleanChecks).toBe(2);
  });

  it('open anew, as the same check corrected, when its data came late', () => {
    const quiet = settle(aStanding(), look(1, []));
    const corrected = decideAlarms(quiet, look(1, [aFinding('a')]));
    expect(corrected).toMatchObject({ moved: true, moves: [{ move: 'open' }] });
  });
});

/** A story of days: what each check finds, and how often it is repeated. */
const story = fc.array(
  fc.record({
    findings: fc.array(
      fc.record({
        column: fc.constantFrom('a', 'b', 'c'),
        kind: fc.constantFrom(...findingKinds),
        severity: fc.constantFrom('info' as const, 'warning' as const, 'critical' as const),
      }),
      { maxLength: 4 },
    ),
    times: fc.integer({ min: 1, max: 3 }),
  }),
  { maxLength: 12 },
);

function tell(
  days: readonly { readonly findings: readonly Partial<Finding>[]; readonly times: number }[],
  once: boolean,
) {
  let standing: AlarmStanding = aStanding();
  const told: string[] = [];
  for (const [index, { findings, times }] of days.entries()) {
    const found = findings.map((each) => aFinding(each.column ?? '', each));
    for (let time = 0; time < (once ? 1 : times); time += 1) {
      const check = look(1 + index, found);
      const decision = decideAlarms(standing, check);
      if (decision.moved)
        told.push(
          ...decision.moves
            .filter(({ move }) => move !== 'keep')
            .map((each) => `${index} ${each.move} ${each.alarm.kind}`),
        );
      standing = settle(standing, check);
    }
  }
  return { told, open: standing.open };
}

describe('any story of checks', () => {
  it('moves the same however often its checks are repeated', () => {
    fc.assert(
      fc.property(story, (days) => {
        expect(tell(days, false)).toEqual(tell(days, true));
      }),
      { seed: 5 },
    );
  });

  it('has at most one open alarm a kind, and every alarm opens before it closes', () => {
    fc.assert(
      fc.property(story, (days) => {
        const { told, open } = tell(days, false);
        const kinds = open.map(({ kind }: AlarmRecord) => kind);
        expect(new Set(kinds).size).toBe(kinds.length);
        for (const kind of findingKinds) {
          const ends = told.filter((line) => line.endsWith(` ${kind}`)).map((line) => line.split(' ')[1]);
          const turns = ends.filter((move) => move === 'open' || move === 'close');
          expect(turns).toEqual(turns.map((_, index) => (index % 2 === 0 ? 'open' : 'close')));
        }
      }),
      { seed: 6 },
    );
  });
});
