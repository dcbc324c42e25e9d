import { Context, sleep } from '@temporalio/activity';
import { avoidMilliseconds } from '../src/compute/ladder.ts';
import type { MachineEnd } from '../src/compute/ledger.ts';
import type { LaunchOrder, MachineSighting } from '../src/compute/machines.ts';
import {
  type CloudAccess,
  type ComputeWorld,
  cloudOf,
  later,
  recordOf,
  secondsBetween,
  tokenOf,
} from './compute-access.ts';
import { heartbeating } from './failure.ts';

/** How a workflow ends the machines that it has ordered. */
export function createEndingActivities(world: ComputeWorld) {
  const { books, now } = world;
  return {
    /** An order whose answer never came may have made a machine all the same: whatever has its token is ended. */
    async endMachineOf(order: LaunchOrder): Promise<number> {
      const { cloud, graceMs } = cloudOf(world);
      const until = now().getTime() + graceMs;
      return await heartbeating(async () => {
        for (;;) {
          const found = await cloud.find({ token: tokenOf(order.token) });
          for (const sighting of found) {
            await books.openMachine({ ...recordOf(sighting), offer: order.offer });
            await endNow(world, sighting, 'never-started');
          }
          if (found.length > 0 || now().getTime() > until) {
            await books.releaseLease(tokenOf(order.token));
            return found.length;
          }
          await sleep(5_000);
        }
      });
    },

    /** Ends a machine, waits until the cloud says terminated, and closes its page in the books. Never gives up: Temporal repeats it. */
    async endMachine(request: {
      readonly machine: string;
      readonly token: string;
      readonly pool: string;
      readonly end: MachineEnd;
      /** From when on its work is lost; null: none of it. */
      readonly lostSince: string | null;
    }): Promise<{ readonly reason: string | null; readonly end: MachineEnd }> {
      const there = cloudOf(world);
      return await heartbeating(async () => {
        const { machine, lostSince } = request;
        const { reason, at } = await untilGone(there, machine, now);
        const end = takenBack(reason) && request.end === 'crashed' ? 'interrupted' : request.end;
        const wastedSeconds = lostSince === null ? 0 : secondsBetween(lostSince, at);
        await books.closeMachine({ machine, terminatedAt: at, end, wastedSeconds });
        await books.releaseLease(tokenOf(request.token));
        if (end === 'interrupted')
          await books.avoidPool(
            request.pool,
            later(now, avoidMilliseconds),
            `interrupted ${machine}: ${reason ?? 'spot notice'}`,
          );
        return { reason, end };
      });
    },
  };
}

/** Ends what the cloud has shown us, and closes its page, which must have been opened. */
export async function endNow(
  world: ComputeWorld,
  { machine, launchedAt, token }: MachineSighting,
  end: MachineEnd,
): Promise<void> {
  const { books, now } = world;
  const { at } = await untilGone(cloudOf(world), machine, now);
  await books.closeMachine({ machine, terminatedAt: at, end, wastedSeconds: secondsBetween(launchedAt, at) });
  await books.releaseLease(token);
}

async function untilGone(
  { cloud, graceMs }: CloudAccess,
  machine: string,
  now: () => Date,
): Promise<{ reason: string | null; at: string }> {
  const startedAt = now().getTime();
  for (;;) {
    const seen = await cloud.see(machine);
    if (seen?.state === 'terminated') return { reason: seen.reason, at: now().toISOString() };
    // Unknown for so long after it was listed: the cloud has forgotten it, as it does an hour after the end.
    if (!seen && now().getTime() - startedAt > graceMs) return { reason: null, at: now().toISOString() };
    if (seen?.state !== 'shutting-down') await cloud.terminate(machine);
    Context.current().cancellationSignal.throwIfAborted();
    await sleep(250);
  }
}

function takenBack(reason: string | null): boolean {
  return reason?.startsWith('Server.SpotInstance') ?? false;
}
