import { availableParallelism } from 'node:os';
import { Runtime, Worker } from '@temporalio/worker';
import { createTrainingActivities } from '../activities/training.ts';
import { openStore } from '../src/platform/connect-storage.ts';
import { connectTemporal } from '../src/platform/connect-temporal.ts';
import { announceReady } from '../src/platform/ready.ts';
import { readSettings } from '../src/platform/settings.ts';
import { nvidiaGpu } from '../src/training/process/nvidia.ts';
import { runTrainer } from '../src/training/process/run-trainer.ts';
import { adoptTemporalCredential, interruptionBySpotNotice } from './rented-machine.ts';
import { runtimeOptions } from './runtime.ts';

/** The training worker: only `train`, on the queue of its machine, a fixed number at a time. The same program on a laptop and on a GPU machine. */
const settings = readSettings();
Runtime.install(runtimeOptions('training'));

const rented = settings.PERENNIAL_MACHINE === 'ec2';
if (rented) await adoptTemporalCredential();
const interruption = rented ? interruptionBySpotNotice() : undefined;

const { connection, namespace } = await connectTemporal();
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue: settings.PERENNIAL_TRAINING_QUEUE,
  activities: createTrainingActivities({
    store: openStore(settings),
    runTrainer,
    gpu: nvidiaGpu(),
    python: settings.PERENNIAL_PYTHON ?? 'python3',
    workFolder: `${settings.PERENNIAL_STATE}/training`,
    ...(interruption ? { interruption } : {}),
    threads: Math.max(1, Math.floor(availableParallelism() / settings.PERENNIAL_TRAINING_SLOTS)),
  }),
  maxConcurrentActivityTaskExecutions: settings.PERENNIAL_TRAINING_SLOTS,
  // A rented machine that is taken back has two minutes; a laptop's owner waits for Ctrl-C.
  shutdownGraceTime: rented ? '90 s' : '15 s',
});
announceReady();
// The job of a machine that is taken back has stored its checkpoint and reported; nothing else may start here.
interruption?.addEventListener('abort', () => worker.shutdown());
await worker.run();
await connection.close();
