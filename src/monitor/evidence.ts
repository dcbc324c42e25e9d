import type { Feature } from '../plan/schema.ts';
import type { ReferenceProfile } from '../profile/profile.ts';
import { columnReferences } from './column-reference.ts';
import { defaultFalseAlarm, type FalseAlarm, minimumEffect, testsOf } from './false-alarm.ts';
import { type Look, looksOf, type Sight } from './look.ts';
import { columnSeries, type MonitoredDay } from './series.ts';
import { watchedDays } from './watched-days.ts';

export interface MonitorInput {
  readonly reference: Pick<ReferenceProfile, 'whole' | 'edges' | 'days'>;
  /** Complete days in order of time; days without a file are left out. The last one is what is looked at. */
  readonly days: readonly MonitoredDay[];
  readonly features: Readonly<Record<string, Pick<Feature, 'type'>>>;
  readonly falseAlarm?: FalseAlarm;
  readonly minimumEffect?: number;
  /** Days from one of `days` to the next where none is missing; 1 unless told otherwise. */
  readonly spacing?: number;
}

export interface ColumnEvidence {
  readonly column: string;
  readonly kind: 'numeric' | 'categorical';
  /** What the windows that end with the last day show; null without days. */
  readonly latest: Look | null;
  readonly drifted: boolean;
  /** First day of the unbroken row of days, up to the last one, on which the column counted as drifted. */
  readonly since: string | null;
  /** The first of all days on which it did, and what showed it. */
  readonly first: { readonly day: string; readonly sight: Sight } | null;
}

export interface Evidence {
  /** The last day; null without days. */
  readonly day: string | null;
  readonly falseAlarm: FalseAlarm;
  /** Tests of one window of all columns. */
  readonly tests: number;
  /** In the order of the features; those that the reference lacks are left out. */
  readonly columns: readonly ColumnEvidence[];
  /** What counted as drifted on each of the days. */
  readonly history: readonly { readonly day: string; readonly drifted: readonly string[] }[];
}

/**
 * Says of every column whether it has drifted from the reference, so that the probability of any false statement, over all columns and all
 * days of a period, is at most the stated rate. Each column is tested on its last 1 to 28 days against the reference (see scales); every test
 * is valid by itself and gets its share of the rate (union bound), so that one reference for all of them, overlapping windows and columns that
 * go together do no harm. A function of the days alone: looking again, or twice, changes nothing.
 */
export function evidenceOverTime(input: MonitorInput): Evidence {
  const { reference, days, features, falseAlarm = defaultFalseAlarm } = input;
  const names = Object.keys(features).filter((name) => reference.whole.columns[name] !== undefined);
  const tests = testsOf(names.map((name) => reference.whole.columns[name]?.kind ?? 'numeric'));
  const references = columnReferences(reference, names);
  const drifted = days.map((): string[] => []);
  const columns = names.flatMap((column): ColumnEvidence[] => {
    const series = columnSeries(column, reference.whole, days);
    const known = references.get(column);
    const profile = reference.whole.columns[column];
    if (series === null || known === undefined) return [];
    const settings = {
      falseAlarm,
      tests,
      minimumEffect: input.minimumEffect ?? minimumEffect,
      column: { profile: profile?.kind === 'numeric' ? profile : null, edges: reference.edges[column] ?? [] },
      reference: known,
      watched: watchedDays(column, series, days, known),
      spacing: input.spacing ?? 1,
    };
    const looks = looksOf(series, settings);
    for (const [at, look] of looks.entries()) if (isDrifted(look)) drifted[at]?.push(column);
    return [{ column, kind: series.kind, ...summary(looks, days) }];
  });
  return {
    day: days.at(-1)?.day ?? null,
    falseAlarm,
    tests,
    columns,
    history: days.map(({ day }, at) => ({ day, drifted: drifted[at] ?? [] })),
  };
}

function isDrifted({ values, missing }: Look): boolean {
  return (values?.drifted ?? false) || (missing?.drifted ?? false);
}

function summary(
  looks: readonly Look[],
  days: readonly MonitoredDay[],
): Pick<ColumnEvidence, 'latest' | 'drifted' | 'since' | 'first'> {
  const latest = looks.at(-1) ?? null;
  const drifted = latest !== null && isDrifted(latest);
  const lastQuiet = looks.findLastIndex((look) => !isDrifted(look));
  const first = looks.findIndex(isDrifted);
  const found = looks[first];
  const sight = found?.values?.drifted ? found.values : found?.missing;
  return {
    latest,
    drifted,
    since: drifted ? (days[lastQuiet + 1]?.day ?? null) : null,
    first: sight ? { day: days[first]?.day ?? '', sight } : null,
  };
}
