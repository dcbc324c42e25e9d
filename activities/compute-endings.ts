import { sleep } from '@temporalio/activity';
import { avoidMilliseconds } from '../src/compute/ladder.ts';
import type { MachineEnd } from '../src/compute/ledger.ts';
import type { LaunchOrder, MachineSighting } from '../src/compute/machines.ts';
import { type ComputeWorld, cloudOf, later, recordOf, secondsBetween, tokenOf } from './compute-access.ts';
import { insisting } from './compute-insisting.ts';
import { untilGone } from './compute-until-gone.ts';
import { heartbeating } from './failure.ts';

/** How a workflow ends the machines that it has ordered. None of them ever gives up: Temporal repeats them. */
export function createEndingActivities(world: ComputeWorld) {
  return {
    /** An order whose answer never came may have made a machine all the same: whatever has its token is ended. */
    async endMachineOf(order: LaunchOrder): Promise<number> {
      cloudOf(world);
      return await heartbeating(() => insisting(world, null, () => endAllOf(world, order)));
    },

    /** Ends a machine, waits until the cloud says terminated, and closes its page in the books. */
    async endMachine(request: EndRequest): Promise<{ readonly reason: string | null; readonly end: MachineEnd }> {
      cloudOf(world);
      return await heartbeating(() => insisting(world, request.machine, () => endOne(world, request)));
    },
  };
}

export interface EndRequest {
  readonly machine: string;
  readonly token: string;
  readonly pool: string;
  readonly end: MachineEnd;
  /** From when on its work is lost; null: none of it. */
  readonly lostSince: string | null;
}

/** Ends what the cloud has shown us, and closes its page, which must have been opened. */
export async function endNow(
  world: ComputeWorld,
  { machine, launchedAt, token }: MachineSighting,
  end: MachineEnd,
): Promise<void> {
  const { books, now } = world;
  await insisting(world, machine, async () => {
    const { at } = await untilGone(cloudOf(world), machine, now);
    await books.closeMachine({ machine, terminatedAt: at, end, wastedSeconds: secondsBetween(launchedAt, at) });
    await books.releaseLease(token);
  });
}

async function endAllOf(world: ComputeWorld, order: LaunchOrder): Promise<number> {
  const { books, now } = world;
  const { cloud, graceMs } = cloudOf(world);
  const token = tokenOf(order.token);
  const until = now().getTime() + graceMs;
  for (;;) {
    const found = await cloud.find({ token });
    for (const sighting of found) {
      await books.openMachine({ ...recordOf(sighting), offer: order.offer });
      await endNow(world, sighting, 'never-started');
    }
    if (found.length > 0 || now().getTime() > until) {
      await books.releaseLease(token);
      return found.length;
    }
    await sleep(5_000);
  }
}

async function endOne(world: ComputeWorld, request: EndRequest) {
  const { books, now } = world;
  const { machine, lostSince } = request;
  const { reason, at } = await untilGone(cloudOf(world), machine, now);
  const end = takenBack(reason) && request.end === 'crashed' ? 'interrupted' : request.end;
  const wastedSeconds = lostSince === null ? 0 : secondsBetween(lostSince, at);
  await books.closeMachine({ machine, terminatedAt: at, end, wastedSeconds });
  await books.releaseLease(tokenOf(request.token));
  const why = `interrupted ${machine}: ${reason ?? 'spot notice'}`;
  if (end === 'interrupted') await books.avoidPool(request.pool, later(now, avoidMilliseconds), why);
  return { reason, end };
}

function takenBack(reason: string | null): boolean {
  return reason?.startsWith('Server.SpotInstance') ?? false;
}
