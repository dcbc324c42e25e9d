import type { NumericProfile, PartitionProfile } from '../profile/profile.ts';
import { counted } from './evidence.ts';
import type { Fault } from './fault.ts';
import { type DayProfile, dayMs, type HistoryDay, isComplete, type QualityInput } from './quality.ts';

/** Files that have not come, hold nothing, or hold the rows of another day. */
export function partitionFaults(input: QualityInput): Fault[] {
  return [...absent(input), ...input.days.flatMap((day) => [...empty(day, input), ...ids(day)]), ...copies(input)];
}

/** What is kept of a day that leaves the window. */
export function toHistoryDay(day: string, profile: PartitionProfile): HistoryDay {
  return { day, rows: profile.rows, content: contentOf(profile), schema: profile.schema };
}

const whole = { severity: 'critical', size: 1, column: null } as const;

function absent(input: QualityInput): Fault[] {
  const due = input.days.filter(
    ({ day, profile }) => profile === null && isComplete(day, input) && isExpected(day, input),
  );
  const newest = [...input.days, ...input.history.map(({ day }) => ({ day, profile: true }))]
    .flatMap(({ day, profile }) => (profile === null ? [] : [day]))
    .sort()
    .at(-1);
  const late = due.filter(({ day }) => newest === undefined || day > newest);
  const inside = due.filter(({ day }) => newest !== undefined && day <= newest);
  const last = late.at(-1)?.day;
  return [
    ...notYet(input),
    ...inside.map(
      ({ day }): Fault => ({
        ...whole,
        severity: 'warning',
        code: 'missing-partition',
        day,
        says: 'no file, though later days have one',
      }),
    ),
    ...(last === undefined ? [] : [lateFault(last, late.length, newest, input)]),
  ];
}

/** Told, so that a check by hand just after midnight does not seem to have looked at a day that it has not seen. */
function notYet(input: QualityInput): Fault[] {
  return input.days.flatMap(({ day, profile }): Fault[] => {
    if ((profile?.rows ?? 0) > 0 || isComplete(day, input) || !isExpected(day, input)) return [];
    const code = profile === null ? 'late-partition' : 'empty-partition';
    return [{ ...whole, severity: 'info', size: 0, code, day, says: 'no rows yet; the day is not late yet' }];
  });
}

function lateFault(day: string, days: number, newest: string | undefined, { asOf }: QualityInput): Fault {
  const hours = Math.floor((Date.parse(asOf) - Date.parse(day) - dayMs) / 3_600_000);
  const since = newest === undefined ? 'no day of the window has any' : `the newest data is of ${newest}`;
  return {
    ...whole,
    code: 'late-partition',
    day,
    says: `${days === 1 ? 'a day' : `${days} days`} without data, the last ended ${counted(hours, 'hour')} ago; ${since}`,
  };
}

/** A weekday that usually has no file, such as Sunday, is not missed. */
function isExpected(day: string, { history }: QualityInput): boolean {
  const had = new Set(history.filter(({ rows }) => rows > 0).map((past) => past.day));
  const [first] = [...had].sort();
  if (first === undefined) return true;
  const same: boolean[] = [];
  for (let at = Date.parse(day) - 7 * dayMs; at >= Date.parse(first); at -= 7 * dayMs) {
    same.push(had.has(new Date(at).toISOString().slice(0, 10)));
  }
  return same.length < 3 || same.filter(Boolean).length * 2 >= same.length;
}

function empty({ day, profile }: DayProfile, input: QualityInput): Fault[] {
  if (profile === null || profile.rows > 0 || !isComplete(day, input)) return [];
  return [{ ...whole, code: 'empty-partition', day, says: 'the file holds no row of its day' }];
}

function ids({ day, profile }: DayProfile): Fault[] {
  if (profile === null || profile.rows === 0) return [];
  const { rows, duplicateIds, missingIds = 0 } = profile;
  const of = (code: 'duplicate-ids' | 'missing-ids', n: number, what: string): Fault[] =>
    n === 0
      ? []
      : [
          {
            code,
            column: null,
            day,
            severity: n / rows >= 0.05 ? 'critical' : 'warning',
            size: n / rows,
            says: `${n} of ${counted(rows)} ${what}`,
          },
        ];
  return [
    ...of('duplicate-ids', duplicateIds, 'repeat an id of the same day'),
    ...of('missing-ids', missingIds, 'have no id'),
  ];
}

function copies({ days, history }: QualityInput): Fault[] {
  const seen = new Map<string, string>();
  for (const { day, content } of history) if (content !== null) seen.set(content, day);
  const faults: Fault[] = [];
  for (const { day, profile } of days) {
    if (profile === null) continue;
    const content = contentOf(profile);
    const same = (content === null ? undefined : seen.get(content)) ?? spanOfAnother(profile, day, days);
    if (same !== undefined && same !== day) {
      faults.push({
        ...whole,
        code: 'duplicated-partition',
        day,
        says: `the same ${counted(Math.max(profile.rows, profile.misplaced))} as ${same}`,
      });
    } else if (content !== null) seen.set(content, day);
  }
  return faults;
}

/** A file that was copied as it is: all of its times lie in a day that has its own file with them. */
function spanOfAnother(
  { time, misplaced, rows }: PartitionProfile,
  day: string,
  days: readonly DayProfile[],
): string | undefined {
  if (!time || misplaced === 0 || misplaced < 0.9 * Math.max(rows, misplaced)) return undefined;
  return days.find(
    (other) =>
      other.day !== day &&
      other.profile?.time?.earliest === time.earliest &&
      other.profile?.time?.latest === time.latest &&
      other.profile?.misplaced === 0,
  )?.day;
}

/** Columns of counts that two different days of real data do not share: null for days of few rows or few columns. */
function contentOf(profile: PartitionProfile): string | null {
  const columns = Object.entries(profile.columns);
  const numeric = columns.flatMap(([, column]) => (column.kind === 'numeric' && isRich(column) ? [column] : []));
  if (profile.rows < 50 || (numeric.length < 2 && columns.length < 4)) return null;
  return digest(
    JSON.stringify([
      profile.rows,
      columns
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, column]) =>
          column.kind === 'numeric'
            ? [name, column.missing, column.min, column.max, column.bins]
            : [name, column.missing, Object.entries(column.counts).sort(([a], [b]) => (a < b ? -1 : 1))],
        ),
    ]),
  );
}

const isRich = ({ bins }: NumericProfile): boolean => bins.filter((count) => count > 0).length >= 5;

/** 64 bits of two multiplicative hashes: enough to tell the days of one model apart. */
function digest(text: string): string {
  let [one, two] = [0x9e3779b9, 0x85ebca6b];
  for (let at = 0; at < text.length; at++) {
    one = Math.imul(one ^ text.charCodeAt(at), 0x01000193);
    two = Math.imul(two ^ text.charCodeAt(at), 0x5bd1e995) ^ (two >>> 15);
  }
  return `${(one >>> 0).toString(16)}${(two >>> 0).toString(16)}`;
}
