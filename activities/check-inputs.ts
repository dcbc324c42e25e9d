import type { Finding } from '../src/alarm/finding.ts';
import { columnDrifts } from '../src/monitor/column-drifts.ts';
import { daysOfCheck, spanOf } from '../src/monitor/days.ts';
import { type Evidence, evidenceOverTime } from '../src/monitor/evidence.ts';
import { driftFindings } from '../src/monitor/findings.ts';
import type { CheckReport } from '../src/monitor/report.ts';
import { comparableDays, selectReference } from '../src/monitor/select-reference.ts';
import type { MonitoredDay } from '../src/monitor/series.ts';
import { mergeProfiles } from '../src/profile/merge.ts';
import type { PartitionProfile, ReferenceProfile } from '../src/profile/profile.ts';
import type { Profiles } from '../src/profile/profiles.ts';
import { findFaults, sayFaults } from '../src/quality/find-quality.ts';
import { withoutConsequences } from '../src/quality/follows.ts';
import { toHistoryDay } from '../src/quality/partition-rules.ts';
import { type DayProfile, qualityRules } from '../src/quality/quality.ts';
import type { Champion } from './champion.ts';
import type { CheckRules } from './check-rules.ts';
import { explainDrifts } from './check-shifts.ts';
import type { StoredProfiles } from './stored-profiles.ts';

interface Inputs {
  readonly profiles: Profiles;
  readonly stored: StoredProfiles;
  readonly champion: Champion;
  readonly rules: CheckRules;
  readonly asOf: string;
}

export interface InputsChecked {
  /** The window's days in order. */
  readonly window: readonly string[];
  readonly report: Pick<CheckReport, 'reference' | 'current' | 'columns'>;
  readonly findings: readonly Finding[];
  /** False: no day since the champion's training rows could be looked at. */
  readonly hasEvidence: boolean;
}

/** Drift and data quality, from stored profiles alone: no row is read here but those of days that nobody has profiled yet. */
export async function checkInputs({ profiles: port, stored, champion, rules, asOf }: Inputs): Promise<InputsChecked> {
  const { file } = champion.plan;
  const training = await stored.reference(champion.snapshot);
  const days = daysOfCheck(asOf, rules.window, rules.reference);
  await stored.look(days.all);
  const profiles = new Map<string, PartitionProfile | null>();
  for (const day of days.all) profiles.set(day, await stored.day(training, day));
  const of = (names: readonly string[]): DayProfile[] =>
    names.map((day) => ({ day, profile: profiles.get(day) ?? null }));
  // What the champion has learned from is no news: evidence begins after it.
  const watched = filled(of(days.watched)).filter(
    ({ day }) => `${day}T00:00:00.000Z` >= champion.snapshot.windows.train.to,
  );
  const { choice, reference } = referenceOf(rules, training, filled(of(days.all)), watched);
  const falseAlarm = { ...rules.falseAlarm, rate: rules.rates.drift };
  const comparable = comparableDays(choice, watched);
  const evidence = evidenceOverTime({
    reference,
    ...comparable,
    features: file.data.features,
    falseAlarm,
    minimumEffect: rules.minimumEffect,
  });
  const window = of(days.window);
  const current = mergeProfiles(filled(window).map(({ profile }) => profile));
  const shown = comparable.days.filter(({ day }) => days.window.includes(day));
  const segments = await explainDrifts(port, {
    ...{ champion, evidence, choice, reference, current },
    window: spanOf(days.window),
  });
  const faults = findFaults({
    data: file.data,
    reference: training,
    current,
    days: window,
    history: filled(of(days.watched.filter((day) => !days.window.includes(day)))).map(({ day, profile }) =>
      toHistoryDay(day, profile),
    ),
    rules: qualityRules(file),
    asOf,
  });
  return {
    window: days.window,
    report: {
      reference: { ...reference.window, rows: reference.whole.rows, choice },
      current: { ...spanOf(days.window), rows: current.rows },
      columns: columnDrifts({
        ...{ evidence, reference, features: file.data.features, segments },
        window: mergeProfiles(shown.map(({ profile }) => profile)),
      }),
    },
    findings: [
      ...sayFaults(faults, window.length),
      ...withoutConsequences(driftFindings(evidence, segments), faults, sinceOf(evidence)),
    ],
    hasEvidence: evidence.day !== null,
  };
}

function sinceOf({ columns }: Evidence): ReadonlyMap<string, string | null> {
  return new Map(columns.map(({ column, since }) => [column, since]));
}

/** The file's choice, or training where too few days of it are stored. */
function referenceOf(
  { reference: choice }: CheckRules,
  training: ReferenceProfile,
  history: readonly MonitoredDay[],
  watched: readonly MonitoredDay[],
): { readonly choice: CheckRules['reference']; readonly reference: ReferenceProfile } {
  const [first, last] = [watched[0], watched.at(-1)];
  const chosen = first && last ? selectReference(choice, training, history, { from: first.day, to: last.day }) : null;
  return chosen ? { choice, reference: chosen } : { choice: 'training', reference: training };
}

function filled(days: readonly DayProfile[]): MonitoredDay[] {
  return days.flatMap(({ day, profile }) => (profile === null || profile.rows === 0 ? [] : [{ day, profile }]));
}
