import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { aModelFile, type Servers, startServers } from '../api/servers.ts';
import { anEvaluation } from '../cli/reports.ts';

export interface ServersWithRun extends Servers {
  /** Plays the first activity of a run: writes its row and its evaluation report. */
  register(workflowId: string, temporalRunId: string): Promise<string>;
}

/** The servers, the applied model "delays", and a worker whose runs wait for approval. */
export async function startServersWithRun(): Promise<ServersWithRun> {
  const silent = () => undefined;
  const logger = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: console.error };
  const [servers, workflowBundle] = await Promise.all([
    startServers(),
    bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('waiting-run.ts', import.meta.url)), logger }),
  ]);
  const { registry, store, temporal } = servers;
  await servers.as('admin').apply(aModelFile());
  const connection = temporal.nativeConnection;
  const worker = await Worker.create({ connection, taskQueue: 'perennial', workflowBundle });
  const running = worker.run();
  return {
    ...servers,
    async register(workflowId, temporalRunId) {
      const { planDigest } = await registry.model('delays');
      const trigger = { kind: 'manual', by: 'operator' } as const;
      const asOf = '2013-11-20T00:00:00.000Z';
      const { run } = await registry.openRun({ model: 'delays', workflowId, temporalRunId, trigger, asOf, planDigest });
      await store.put(`runs/${run}/evaluation.json`, Buffer.from(JSON.stringify(anEvaluation({ run }))));
      return run;
    },
    async stop() {
      worker.shutdown();
      await running;
      await servers.stop();
    },
  };
}
