import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { PerennialClient } from '../../src/client/index.ts';
import type { CompiledPlan } from '../../src/plan/plan.ts';
import { type Platform, startPlatform } from '../../src/platform/platform.ts';
import { type RunResult, taskQueues } from '../../workflows/messages.ts';
import { freePorts, inTempFolder } from '../report/place.ts';
import { model, registeredModel } from './plans.ts';

/** An embedded platform with its defaults and one registered model, and a Temporal client beside it. */
export interface RunningPlatform {
  readonly state: string;
  readonly platform: Platform;
  /** Starts a run of this plan and waits for its result, as a client does. Milliseconds from start to result. */
  timeRun(plan: CompiledPlan, queue?: string): Promise<number>;
}

export async function withPlatform<T>(use: (running: RunningPlatform) => Promise<T>): Promise<T> {
  return await inTempFolder('platform', async (folder) => {
    const state = join(folder, 'state');
    const platform = await startPlatform({ state, portBase: await freePorts() });
    const connection = await Connection.connect({ address: platform.urls.temporal });
    const client = new Client({ connection });
    try {
      const { api, gateway } = platform.urls;
      const perennial = new PerennialClient({ url: api, gatewayUrl: gateway, token: platform.token });
      await perennial.apply({ text: JSON.stringify(registeredModel), base: folder });
      return await use({ state, platform, timeRun: (plan, queue) => timeRun(client, plan, queue) });
    } finally {
      await connection.close();
      await platform.stop();
    }
  });
}

async function timeRun(client: Client, plan: CompiledPlan, taskQueue: string = taskQueues.control): Promise<number> {
  const startedAt = performance.now();
  const handle = await client.workflow.start('retrain', {
    workflowId: `bench:${plan.digest.slice(0, 12)}:${process.pid}`,
    taskQueue,
    args: [{ model, asOf: new Date().toISOString(), trigger: { kind: 'manual', by: 'bench' }, plan, noCache: true }],
  });
  const { outcome, summary } = (await handle.result()) as RunResult;
  const ms = performance.now() - startedAt;
  if (outcome !== 'completed') throw new Error(`the run of ${plan.stages.length} stages ended ${outcome}: ${summary}`);
  return ms;
}
