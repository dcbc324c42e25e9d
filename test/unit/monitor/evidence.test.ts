import { describe, expect, it } from 'vitest';
import { delays, evidenceOf, falseAlarmRate, standard } from '../../../bench/drift/calibration.ts';
import { type Scenario, simulate } from '../../../bench/drift/simulation.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { columnDrifts } from '../../../src/monitor/column-drifts.ts';
import { evidenceOverTime, type MonitorInput } from '../../../src/monitor/evidence.ts';
import { driftFindings } from '../../../src/monitor/findings.ts';
import { comparableDays, selectReference } from '../../../src/monitor/select-reference.ts';
import { mergeProfiles } from '../../../src/profile/merge.ts';
import type { PartitionProfile } from '../../../src/profile/profile.ts';

const small: Scenario = { ...standard, numeric: 4, categorical: [3, 30], referenceRows: 6_000, days: 40 };

describe('columns that do not change', () => {
  it('are hardly ever said to have drifted in a hundred days', () => {
    expect(falseAlarmRate({ ...small, days: 100, rowsPerDay: 400 }, 6, 100)).toBeLessThanOrEqual(1 / 6);
  });

  it('are not either where their days differ from each other', () => {
    const clustered = { ...small, dayEffect: 0.15, rowsPerDay: 400, referenceRows: 16_000 };
    expect(falseAlarmRate(clustered, 6, 200)).toBeLessThanOrEqual(1 / 6);
  });
});

describe('a column that moves', () => {
  it('by a fifth of its spread is found within days, and nothing else is named', () => {
    const found = delays({ ...small, shift: { by: 0.2, from: 10 } }, 5, 300).sort((a, b) => a - b);
    expect(found[2]).toBeLessThanOrEqual(3);
    expect(found[4]).toBeLessThanOrEqual(8);
  });

  it('is told with its size, an interval around it, and the day it began to count', () => {
    const evidence = evidenceOf({ ...small, shift: { by: 0.5, from: 10 } }, 7);
    const moved = evidence.columns.find(({ column }) => column === 'n0');
    expect(moved?.drifted).toBe(true);
    expect(moved?.since).toBe(moved?.first?.day);
    expect(moved?.first?.day).toBe(evidence.history[10]?.day);
    const effect = moved?.latest?.values?.effect;
    expect(effect?.interval.low).toBeLessThan(0.5);
    expect(effect?.interval.high).toBeGreaterThan(0.5);
    expect(driftFindings(evidence)).toMatchObject([{ code: 'shifted', column: 'n0', kind: 'drift' }]);
  });

  it('by less than matters is certain and yet only an info', () => {
    const scenario = { ...small, referenceRows: 200_000, rowsPerDay: 50_000, days: 14, shift: { by: 0.03, from: 0 } };
    const evidence = evidenceOf(scenario, 9);
    expect(evidence.columns[0]?.drifted).toBe(false);
    expect(driftFindings(evidence).find(({ column }) => column === 'n0')?.severity).toBe('info');
  });
});

describe('what else can happen to a column', () => {
  const { reference, days } = simulate({ ...small, days: 3 }, seededRandom(5));
  const features = Object.fromEntries(
    Object.entries(reference.whole.columns).map(([name, { kind }]) => [name, { type: kind }]),
  );
  const spoilt = (change: (profile: PartitionProfile) => PartitionProfile): MonitorInput => ({
    reference,
    features,
    days: days.map((one, at) => (at === days.length - 1 ? { ...one, profile: change(one.profile) } : one)),
  });
  const codes = (input: MonitorInput) =>
    driftFindings(evidenceOverTime(input)).map(({ column, code }) => `${column} ${code}`);

  it('that it is gone counts as all missing', () => {
    const input = spoilt(({ columns: { n1: _, ...columns }, ...rest }) => ({ ...rest, columns }));
    expect(codes(input)).toEqual(['n1 missing-share']);
  });

  it('that a category takes the place of another is a new distribution', () => {
    const input = spoilt((profile) => {
      const column = profile.columns.c0;
      if (column?.kind !== 'categorical') throw new Error('it has names');
      const { v0 = 0, ...counts } = column.counts;
      return { ...profile, columns: { ...profile.columns, c0: { ...column, counts: { ...counts, fresh: v0 } } } };
    });
    expect(codes(input)).toEqual(['c0 new-distribution']);
  });

  it('that a day has no rows says nothing, and no days say nothing', () => {
    expect(codes(spoilt((profile) => ({ ...profile, rows: 0, columns: {} })))).toEqual([]);
    expect(evidenceOverTime({ reference, features, days: [] })).toMatchObject({ day: null, history: [] });
  });

  it('is shown with counts before and after that are those of the profiles', () => {
    const window = mergeProfiles(days.map(({ profile }) => profile));
    const typed = Object.fromEntries(Object.entries(features).map(([name, { type }]) => [name, { type }]));
    const columns = columnDrifts({
      evidence: evidenceOverTime({ reference, features, days }),
      reference,
      window,
      features: typed,
    });
    for (const { column, histogram, drifted } of columns) {
      expect(drifted).toBe(false);
      const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
      expect(sum(histogram.current)).toBe(window.columns[column]?.present);
      expect(sum(histogram.reference)).toBe(reference.whole.columns[column]?.present);
    }
  });
});

describe('a reference that goes with the days', () => {
  const { reference, days } = simulate({ ...small, days: 60, shift: { by: 0.5, from: 0 } }, seededRandom(8));
  const features = Object.fromEntries(
    Object.entries(reference.whole.columns).map(([name, { kind }]) => [name, { type: kind }]),
  );
  const watched = days.slice(40);
  const span = { from: watched[0]?.day ?? '', to: watched.at(-1)?.day ?? '' };

  it('sees no drift in what has been there for four weeks', () => {
    const before = selectReference('previous-window', reference, days, span);
    if (before === null) throw new Error('there are days enough');
    expect(before.days).toHaveLength(28);
    const drifted = (of: typeof reference) =>
      evidenceOverTime({ reference: of, features, days: watched }).columns.filter((column) => column.drifted);
    expect(drifted(before)).toEqual([]);
    expect(drifted(reference).map(({ column }) => column)).toEqual(['n0']);
  });

  it('takes the same weekday only, and says when there are too few days', () => {
    const weekdays = selectReference('same-weekday', reference, days, span)?.days.map(({ day }) =>
      new Date(day).getUTCDay(),
    );
    expect(new Set(weekdays)).toEqual(new Set([new Date(span.to).getUTCDay()]));
    expect(selectReference('same-month-last-year', reference, days, span)).toBeNull();
  });

  it.each([
    ['is no drift of the other days', [48, 53, 54, 55], 0],
    ['hides no drift of its own day', [54], 7],
  ] as const)('of one weekday: what one weekday has always had %s', (_, ends, later) => {
    // Sundays lie more than a deviation apart from the start, and move once more in the last week but one.
    const quiet = simulate({ ...small, days: 60 }, seededRandom(11));
    const moved = simulate({ ...small, days: 60, shift: { by: 1.2, from: 0 } }, seededRandom(12));
    const more = simulate({ ...small, days: 60, shift: { by: 2, from: 0 } }, seededRandom(13));
    const odd = quiet.days.map((one, at) =>
      at % 7 !== 5 ? one : { ...one, profile: ((later > 0 && at > 45 ? more : moved).days[at] ?? one).profile },
    );
    for (const end of ends) {
      const looked = odd.slice(end - 18, end + 1);
      const within = { from: looked[0]?.day ?? '', to: looked.at(-1)?.day ?? '' };
      const same = selectReference('same-weekday', quiet.reference, odd, within);
      if (same === null) throw new Error('there are days enough');
      const evidence = evidenceOverTime({ reference: same, features, ...comparableDays('same-weekday', looked) });
      const drifted = evidence.columns.filter((column) => column.drifted).map(({ column }) => column);
      expect(drifted).toEqual(later > 0 ? ['n0'] : []);
    }
  });
});
