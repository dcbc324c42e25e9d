import { percent, short } from '../drift/measured-column.ts';
import type { PartitionProfile } from '../profile/profile.ts';
import { counted, median, sum } from './evidence.ts';
import type { Fault } from './fault.ts';
import { isComplete, type QualityInput } from './quality.ts';

/** Complete days with far fewer or more rows than usual, and days of which hours are missing. */
export function volumeFaults(input: QualityInput): Fault[] {
  return input.days.flatMap(({ day, profile }) =>
    profile === null || profile.rows === 0 || !isComplete(day, input)
      ? []
      : [...rowCount(day, profile.rows, input), ...hours(day, profile, input)],
  );
}

/** A day is unusual beyond these factors: holidays of airlines and shops stay within them. */
const [fewest, most] = [0.55, 1.8];
/** And beyond so many robust standard deviations of the days it is compared with. */
const deviations = 6;

interface Usual {
  readonly rows: number;
  /** Robust standard deviation of the logarithm. */
  readonly spread: number;
  readonly days: string;
}

function rowCount(day: string, rows: number, input: QualityInput): Fault[] {
  const usual = usualRows(day, input);
  if (usual === null || usual.rows < 20) return [];
  const ratio = rows / usual.rows;
  const away = Math.abs(Math.log(ratio)) / Math.max(usual.spread, 1 / Math.sqrt(usual.rows));
  if ((ratio >= fewest && ratio <= most) || away < deviations) return [];
  const severity = ratio < 0.2 ? 'critical' : 'warning';
  const says = `${counted(rows)}, ${short(ratio)} times the ${Math.round(usual.rows)} of ${usual.days}`;
  return [{ code: 'row-count', column: null, day, severity, size: ratio < 1 ? 1 - ratio : 1 - 1 / ratio, says }];
}

/** From days before this one, of the same weekday where there are enough of them. The reference's own days lack rows without label. */
function usualRows(day: string, input: QualityInput): Usual | null {
  const before = [
    ...input.history,
    ...input.days.flatMap((other) =>
      other.profile !== null && other.profile.rows > 0 ? [{ day: other.day, rows: other.profile.rows }] : [],
    ),
  ]
    .filter((other) => other.day < day)
    .sort((a, b) => (a.day < b.day ? 1 : -1))
    .slice(0, 56);
  const known = before.length >= 7 ? before : input.reference.days;
  const sameWeekday = known.filter((other) => weekday(other.day) === weekday(day)).slice(0, 8);
  const compared = sameWeekday.length >= 3 ? sameWeekday : known;
  const middle = median(compared.map(({ rows }) => rows));
  if (middle === null || middle === 0 || compared.length < 3) return null;
  const off = compared.map(({ rows }) => Math.abs(Math.log(Math.max(rows, 1) / middle)));
  const days = compared === sameWeekday ? `a usual ${weekdays[weekday(day)]}` : 'a usual day';
  return { rows: middle, spread: 1.4826 * (median(off) ?? 0), days };
}

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const weekday = (day: string): number => new Date(day).getUTCDay();

/** Hours in a row that had rows in the reference, on either side too, so that a clock change does not look like a loss. */
function hours(day: string, { time }: PartitionProfile, { reference }: QualityInput): Fault[] {
  const now = time?.hours ?? [];
  const was = reference.whole.time?.hours ?? [];
  const total = sum(was);
  if (now.length !== 24 || was.length !== 24 || total < 1_000) return [];
  const share = was.map((rows) => rows / total);
  const gap = longestGap(
    now,
    (hour) => Math.min(share[hour - 1] ?? 1, share[hour] ?? 0, share[hour + 1] ?? 1) >= 0.005,
  );
  const lost = sum(gap.map((hour) => share[hour] ?? 0));
  const expected = (sum(now) / (1 - lost)) * lost;
  if (lost < 0.06 || expected < 20) return [];
  const says = `no row from ${gap[0]}:00 to ${(gap.at(-1) ?? 0) + 1}:00 UTC, hours that hold ${percent(lost)} of the reference’s rows`;
  return [{ code: 'partly-loaded', column: null, day, severity: 'critical', size: lost, says }];
}

function longestGap(now: readonly number[], isBusy: (hour: number) => boolean): number[] {
  let [longest, gap]: [number[], number[]] = [[], []];
  for (let hour = 0; hour < 24; hour++) {
    gap = now[hour] === 0 && isBusy(hour) ? [...gap, hour] : [];
    if (gap.length > longest.length) longest = gap;
  }
  return longest;
}
