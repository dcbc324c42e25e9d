import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { createRegistryActivities } from '../../activities/registry.ts';
import { openRegistry } from '../../src/platform/connect-storage.ts';
import { announceReady } from '../../src/platform/ready.ts';
import { workflowBundlePath } from '../../workers/bundle.ts';
import { runtimeOptions } from '../../workers/runtime.ts';
import { workerSettings } from './settings.ts';

/** A worker as a user would write it: one activity that does nothing, on a queue of its own. */
const settings = workerSettings.parse(JSON.parse(process.argv[2] ?? '{}'));
Runtime.install(runtimeOptions('bench'));

const connection = await NativeConnection.connect({ address: settings.address });
const worker = await Worker.create({
  connection,
  taskQueue: settings.queue,
  ...(await workflowsAndActivities()),
});
announceReady();
await worker.run();
// The registry's connections would keep the process alive.
process.exit();

async function workflowsAndActivities(): Promise<Pick<WorkerOptions, 'workflowBundle' | 'activities'>> {
  const own = { nothing: async () => null };
  if (settings.workflows === 'none') return { activities: own };
  if (settings.workflows === 'bare') return { activities: own, workflowBundle: await bareWorkflows() };
  const registry = await openRegistry({ PERENNIAL_DATABASE_URL: settings.databaseUrl });
  return {
    activities: { ...own, ...createRegistryActivities({ registry }) },
    workflowBundle: { codePath: workflowBundlePath },
  };
}

async function bareWorkflows() {
  const silent = () => undefined;
  return await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
    logger: { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: console.error },
  });
}
