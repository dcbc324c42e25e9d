import { percent } from '../drift/measured-column.ts';
import type { PartitionProfile } from '../profile/profile.ts';
import { counted, sum } from './evidence.ts';
import { bySize, type Fault } from './fault.ts';
import type { QualityInput } from './quality.ts';

/** Rows that lie outside their day, or hours away from where they used to lie. */
export function timeFaults(input: QualityInput): Fault[] {
  return input.days.flatMap(({ day, profile }) =>
    profile === null
      ? []
      : [...misplaced(day, profile, input), ...mixedZones(day, profile), ...shifted(day, profile, input)],
  );
}

function misplaced(day: string, { rows, misplaced: away, time }: PartitionProfile, { asOf }: QualityInput): Fault[] {
  // Whether `rows` counts misplaced ones too is the source's affair; the larger of both is all of them at least.
  const size = away / Math.max(rows, away, sum(time?.hours ?? []) + away);
  if (away < 3 || size < 0.001) return [];
  const parts = [
    ...(time?.unreadable ? [`${time.unreadable} hold no time`] : []),
    ...(time?.before ? [`${time.before} lie before it, from ${time.earliest} on`] : []),
    ...(time?.after ? [`${time.after} lie after it, up to ${time.latest}`] : []),
    ...(time?.latest && Date.parse(time.latest) > Date.parse(asOf) ? ['some in the future'] : []),
  ];
  const details = parts.length > 0 ? `: ${parts.join(', ')}` : '';
  return [
    {
      code: 'misplaced-rows',
      column: null,
      day,
      severity: bySize(size, 0.05),
      size,
      says: `${counted(away)} are not of the day (${percent(size)})${details}`,
    },
  ];
}

/** Those without one are read as UTC, which may be hours off for each of them. */
function mixedZones(day: string, { time }: PartitionProfile): Fault[] {
  const { told, untold } = time?.zones ?? { told: 0, untold: 0 };
  if (told === 0 || untold === 0) return [];
  const size = untold / (told + untold);
  const says = `${counted(told)} tell the time zone of their time, ${untold} do not and are read as UTC`;
  return [
    { code: 'mixed-time-zones', column: null, day, severity: bySize(Math.min(size, 1 - size), 0.05), size, says },
  ];
}

/** One hour is a clock change; more is another time zone. */
const leastShift = 2;
const mostShift = 14;

function shifted(day: string, { time }: PartitionProfile, { reference }: QualityInput): Fault[] {
  const now = time?.hours ?? [];
  const was = reference.whole.time?.hours ?? [];
  if (now.length !== 24 || was.length !== 24 || sum(now) < 100 || sum(was) < 1_000) return [];
  if (
    difference(
      now,
      was.map((rows, hour) => (now[hour] ? rows : 0)),
      0,
    ) < 0.2
  )
    return [];
  const unmoved = Math.min(...[-1, 0, 1].map((by) => difference(now, was, by)));
  const moves = Array.from({ length: 2 * mostShift + 1 }, (_, index) => index - mostShift)
    .filter((by) => Math.abs(by) >= leastShift)
    .map((by) => ({ by, off: difference(now, was, by) }))
    .sort((a, b) => a.off - b.off);
  const [best] = moves;
  if (best === undefined || unmoved < 0.25 || best.off > 0.5 * unmoved) return [];
  const direction = best.by > 0 ? 'later' : 'earlier';
  const says = `the rows lie ${counted(Math.abs(best.by), 'hour')} ${direction} than in the reference: another time zone?`;
  return [{ code: 'shifted-time', column: null, day, severity: 'critical', size: unmoved, says }];
}

/** Total variation between the hours of a day and those of the reference moved by some hours; what leaves the day is cut off. */
function difference(now: readonly number[], was: readonly number[], by: number): number {
  const moved = now.map((_, hour) => was[hour - by] ?? 0);
  const [here, there] = [sum(now), sum(moved)];
  if (here === 0 || there < 0.3 * sum(was)) return 1;
  return sum(now.map((rows, hour) => Math.abs(rows / here - (moved[hour] ?? 0) / there))) / 2;
}
