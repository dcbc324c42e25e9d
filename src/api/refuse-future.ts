import { PerennialError } from '../errors/error.ts';

/** A clock that is a little fast must not refuse what is asked for now. */
const toleranceMs = 60_000;

/**
 * A check of the future would be the latest of all, and keep every other one until then from moving an alarm.
 * @throws PRN-API-003
 */
export function refuseFuture(asOf: string, now: Date): void {
  if (Date.parse(asOf) <= now.getTime() + toleranceMs) return;
  throw new PerennialError('PRN-API-003', {
    message: `A check as of ${asOf} cannot be made: that instant has not come.`,
    hint: 'A check looks at the full days before an instant of the past; without one it takes now.',
  });
}
