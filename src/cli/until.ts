import { durationMs, durationPattern } from '../plan/duration.ts';
import { type Options, text } from './command.ts';
import { usageError } from './failure.ts';

/** The instant that `--until` or `--for` names, or null. @throws PRN-CLI-002 no instant, no duration, or both */
export function untilWhen(options: Options, now: Date): string | null {
  const [until, time] = [text(options, 'until'), text(options, 'for')];
  if (until !== undefined && time !== undefined)
    throw usageError('Both --until and --for are given.', 'Give one of them.');
  if (until !== undefined) {
    if (Number.isNaN(Date.parse(until)))
      throw usageError(`${JSON.stringify(until)} is no day.`, 'Give one such as 2026-12-31.');
    return new Date(until).toISOString();
  }
  if (time === undefined) return null;
  if (!durationPattern.test(time))
    throw usageError(`${JSON.stringify(time)} is no duration.`, 'Give one such as 12h or 3d.');
  return new Date(now.getTime() + durationMs(time)).toISOString();
}
