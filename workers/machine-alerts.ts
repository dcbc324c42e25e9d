import { setTimeout as sleep } from 'node:timers/promises';
import type { StuckMachine } from '../activities/compute-access.ts';
import type { Notification } from '../activities/notify.ts';
import type { Registry } from '../src/registry/registry.ts';

const tries = 3;

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
    const hooks = plan.file.notify.filter(({ on }) => on.includes('failed'));
    await Promise.all(
      hooks.map(({ webhook }) => persistently(() => notify({ webhook, on: 'failed', model, run, text }))),
    );
  };
}

async function persistently(work: () => Promise<void>): Promise<void> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(1_000);
    }
  }
}
