import { availableParallelism, hostname } from 'node:os';
import { Runtime, Worker } from '@temporalio/worker';
import { createTrainingActivities } from '../activities/training.ts';
import { workerName } from '../src/compute/standing.ts';
import { openStore } from '../src/platform/connect-storage.ts';
import { connectTemporal } from '../src/platform/connect-temporal.ts';
import { announceReady } from '../src/platform/ready.ts';
import { readSettings } from '../src/platform/settings.ts';
import { trainingQueues } from '../src/platform/standing-settings.ts';
import { ownHardware } from '../src/training/process/hardware.ts';
import { nvidiaGpu } from '../src/training/process/nvidia.ts';
import { runTrainer } from '../src/training/process/run-trainer.ts';
import { adoptTemporalCredential, interruptionBySpotNotice } from './rented-machine.ts';
import { runtimeOptions } from './runtime.ts';

/** The training worker: only `train`, on the queues of its machine, a fixed number at a time. The same program on a laptop and on a GPU machine. */
const settings = readSettings();
const queues = trainingQueues(settings);
Runtime.install(runtimeOptions('training'));

const rented = settings.PERENNIAL_MACHINE === 'ec2';
if (rented) await adoptTemporalCredential();
const interruption = rented ? interruptionBySpotNotice() : undefined;

const { connection, namespace } = await connectTemporal();
const slotsInAll = queues.reduce((sum, { slots }) => sum + slots, 0);
const threads = Math.max(1, Math.floor(availableParallelism() / slotsInAll));
const activities = createTrainingActivities({
  store: openStore(settings),
  storeBelow: (prefix) => openStore(settings, prefix),
  runTrainer,
  gpu: nvidiaGpu(),
  python: settings.PERENNIAL_PYTHON ?? 'python3',
  workFolder: `${settings.PERENNIAL_STATE}/training`,
  ...(interruption ? { interruption } : {}),
  threads,
  hardware: await ownHardware(threads),
});
const workers = await Promise.all(
  queues.map(({ queue, slots }) =>
    Worker.create({
      connection,
      namespace,
      identity: workerName(hostname(), process.pid, slots),
      taskQueue: queue,
      activities,
      maxConcurrentActivityTaskExecutions: slots,
      // A rented machine that is taken back has two minutes; a laptop's owner waits for Ctrl-C.
      shutdownGraceTime: rented ? '90 s' : '15 s',
    }),
  ),
);
announceReady();
// The job of a machine that is taken back has stored its checkpoint and reported; nothing else may start here.
interruption?.addEventListener('abort', () => {
  for (const worker of workers) worker.shutdown();
});
await Promise.all(workers.map((worker) => worker.run()));
await connection.close();
