import { Context, sleep } from '@temporalio/activity';
import type { MachineSighting } from '../src/compute/machines.ts';
import { anyMoment, likeliest, type Moment, narrowed } from '../src/compute/moment.ts';
import type { CloudAccess } from './compute-access.ts';

const lookEveryMs = 250;
/** A machine that was just told to end is on its way for so long. */
const patienceMs = 10_000;

export interface Gone {
  readonly reason: string | null;
  /** Until when it is paid for: EC2 stops its meter when a machine begins to shut down. */
  readonly at: string;
}

/**
 * Asks for the machine's end until the cloud says terminated. @throws Error when the cloud refuses, and when it has not
 * come to an end though it was asked for so long that people should know
 */
export async function untilGone(
  { cloud, graceMs, alertAfterMs }: CloudAccess,
  machine: string,
  now: () => Date,
): Promise<Gone> {
  const startedAt = now().getTime();
  const { info, cancellationSignal } = Context.current();
  let end = anyMoment;
  for (;;) {
    const askedAt = now().getTime();
    const seen = await cloud.see(machine);
    end = narrowed(end, knownBy(seen, askedAt, now().getTime()));
    if (seen?.state === 'terminated') return { reason: seen.reason, at: endOf(end, seen) };
    // Unknown for so long after it was listed: the cloud has forgotten it, as it does an hour after the end.
    if (!seen && askedAt - startedAt > graceMs)
      return { reason: null, at: likeliest(narrowed(end, { before: askedAt })).toISOString() };
    if (seen?.state !== 'shutting-down') await cloud.terminate(machine);
    if (seen) end = narrowed(end, { before: now().getTime() });
    cancellationSignal.throwIfAborted();
    const late = askedAt - info.scheduledTimestampMs > alertAfterMs && askedAt - startedAt > patienceMs;
    if (late) throw new Error(`it is still ${seen?.state ?? 'unknown'}`);
    await sleep(lookEveryMs);
  }
}

/** When a machine ended that was seen only after its end. */
export function endOf(end: Moment, { endedAt }: MachineSighting): string {
  const second = endedAt === null ? null : Date.parse(endedAt);
  // The cloud tells whole seconds, and its clock is not ours: what we have seen ourselves to the second is better.
  const told = second === null || end.before - end.after <= 1_000 ? {} : { after: second, before: second + 1_000 };
  return likeliest(narrowed(end, told)).toISOString();
}

/** What one look says about the end: it came later, or had come already. */
function knownBy(seen: MachineSighting | null, askedAt: number, answeredAt: number): Partial<Moment> {
  if (!seen) return {};
  return seen.state === 'pending' || seen.state === 'running' ? { after: askedAt } : { before: answeredAt };
}
