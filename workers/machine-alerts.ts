import { setTimeout as sleep } from 'node:timers/promises';
import type { StuckMachine } from '../activities/compute-access.ts';
import type { Notification } from '../activities/notify.ts';
import { triesAtMost } from '../src/notice/book.ts';
import { recipientsOf } from '../src/notice/recipient.ts';
import type { Registry } from '../src/registry/registry.ts';

/**
 * Tells of a machine that cannot be ended whoever its model tells of failures. Its run may long be over, so no workflow can.
 * @throws the last failure, when a webhook takes nothing
 */
export function machineAlerts(
  registry: Pick<Registry, 'model'>,
  notify: (notification: Notification) => Promise<void>,
): (stuck: StuckMachine) => Promise<void> {
  return async ({ model, run, text }) => {
    const { plan } = await registry.model(model);
    await Promise.all(
      recipientsOf(plan.file.notify, 'failed').map((to) =>
        persistently(() => notify({ to, on: 'failed', model, run, text })),
      ),
    );
  };
}

async function persistently(work: () => Promise<void>): Promise<void> {
  for (let left = triesAtMost - 1; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(1_000);
    }
  }
}
