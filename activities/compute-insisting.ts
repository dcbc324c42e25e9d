import { Context } from '@temporalio/activity';
import { poolOf } from '../src/compute/offer.ts';
import { isPerennialError, PerennialError } from '../src/errors/error.ts';
import { type ComputeWorld, cloudOf } from './compute-access.ts';

const notEnded = 'PRN-COMPUTE-025';

/**
 * Work that ends a machine, and is tried again for ever, also when the cloud refuses it: somebody may give the permission back.
 * Once it has failed for too long, a person hears of it.
 *
 * @param machine null where it has no name yet
 * @throws PRN-COMPUTE-025 which Temporal tries again
 */
export async function insisting<T>(world: ComputeWorld, machine: string | null, work: () => Promise<T>): Promise<T> {
  const { info, cancellationSignal } = Context.current();
  try {
    return await work();
  } catch (error) {
    if (cancellationSignal.aborted || (isPerennialError(error) && error.code === notEnded)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const since = new Date(info.scheduledTimestampMs).toISOString();
    const late = world.now().getTime() - info.scheduledTimestampMs > cloudOf(world).alertAfterMs;
    if (late && machine !== null) await tell(world, machine, since, why);
    const message = `${machine ?? 'What the order has made'} cannot be ended since ${since}: ${why}.`;
    throw new PerennialError(notEnded, { message, cause: error });
  }
}

/** The log says it every time; the books keep it, and people are told when it is news to the books. Never fails. */
async function tell(world: ComputeWorld, machine: string, since: string, why: string): Promise<void> {
  const { log } = Context.current();
  log.error(`machine ${machine} cannot be ended since ${since}: ${why}`, { machine, since, why });
  try {
    const page = await world.books.noteStuck({ machine, since, why });
    if (!page) return;
    const { model, run, offer } = page;
    const text = `Machine ${machine} (${poolOf(offer)}, ${offer.usdPerHour} USD an hour) of run ${run} cannot be ended since ${since}: ${why}. It costs money until it is gone; by hand: aws ec2 terminate-instances --region ${offer.region} --instance-ids ${machine}`;
    await world.alert({ model, run, machine, text });
  } catch (error) {
    log.error(`nobody could be told of machine ${machine}`, { machine, error });
  }
}
