import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { forkReady } from '../report/child.ts';
import { compiled } from '../report/place.ts';
import { withTemporal } from '../report/temporal-server.ts';
import type { WorkerSettings } from '../steps/settings.ts';
import type * as workflows from '../steps/workflows.ts';
import { type StepTimes, timed } from './our-steps.ts';
import { type Shape, steps } from './plans.ts';

/** Temporal without Perennial: the dev server as it comes, or with our flags; workflow and activity on one worker. */
export async function timeBareTemporal(flags: 'default' | 'ours', runs: number): Promise<StepTimes> {
  return await withTemporal(flags, ({ address, folder }) => timeOn(address, join(folder, 'worker.log'), runs));
}

async function timeOn(address: string, log: string, runs: number): Promise<StepTimes> {
  const settings: WorkerSettings = { address, queue: 'bare', workflows: 'bare' };
  const worker = await forkReady(compiled('bench/steps/main.js'), [JSON.stringify(settings)], { log });
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const run = async (shape: Shape) => {
    const startedAt = performance.now();
    await client.workflow.execute<typeof workflows.chain | typeof workflows.fan>(shape, {
      workflowId: shape,
      taskQueue: settings.queue,
      args: [steps[shape]],
    });
    return performance.now() - startedAt;
  };
  try {
    return { chain: await timed(() => run('chain'), runs), fan: await timed(() => run('fan'), runs) };
  } finally {
    await connection.close();
    await worker.stop();
  }
}
