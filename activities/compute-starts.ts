import { Context, sleep } from '@temporalio/activity';
import { likeliest } from '../src/compute/moment.ts';
import { type ComputeWorld, cloudOf } from './compute-access.ts';
import { heartbeating } from './failure.ts';

const lookEveryMs = 200;

export function createStartActivities(world: ComputeWorld) {
  const { books, now } = world;
  return {
    /**
     * Watches a new machine come up. EC2 bills from `running` on and tells nobody when that was, so it is looked for; a watch that
     * breaks off is taken up where its last heartbeat left it.
     */
    async noteMachineStart({ machine, launchedAt }: { machine: string; launchedAt: string }): Promise<void> {
      const { cloud, graceMs } = cloudOf(world);
      const { info, cancellationSignal } = Context.current();
      // Epoch milliseconds: it did not run yet.
      let after = typeof info.heartbeatDetails === 'number' ? info.heartbeatDetails : Date.parse(launchedAt);
      await heartbeating(async (note) => {
        for (; ; cancellationSignal.throwIfAborted()) {
          const askedAt = now().getTime();
          const seen = await cloud.see(machine);
          const before = now().getTime();
          if (seen?.state === 'running')
            return await books.startMachine({ machine, runningAt: likeliest({ after, before }).toISOString() });
          // Gone before anybody saw it come up, or never listed.
          if (seen ? seen.state !== 'pending' : askedAt - Date.parse(launchedAt) > graceMs) return;
          if (seen) after = askedAt;
          note(after);
          await sleep(lookEveryMs);
        }
      });
    },
  };
}
