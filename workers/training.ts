import { availableParallelism } from 'node:os';
import { Runtime, Worker } from '@temporalio/worker';
import { createTrainingActivities } from '../activities/training.ts';
import { openStore } from '../src/platform/connect-storage.ts';
import { connectTemporal } from '../src/platform/connect-temporal.ts';
import { announceReady } from '../src/platform/ready.ts';
import { readSettings } from '../src/platform/settings.ts';
import { runTrainer } from '../src/training/process/run-trainer.ts';
import { runtimeOptions } from './runtime.ts';

/** The training worker: only `train`, on the queue of its machine, a fixed number at a time. The same program on a laptop and on a GPU machine. */
const settings = readSettings();
Runtime.install(runtimeOptions('training'));

const { connection, namespace } = await connectTemporal();
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue: settings.PERENNIAL_TRAINING_QUEUE,
  activities: createTrainingActivities({
    store: openStore(settings),
    runTrainer,
    python: settings.PERENNIAL_PYTHON ?? 'python3',
    workFolder: `${settings.PERENNIAL_STATE}/training`,
    threads: Math.max(1, Math.floor(availableParallelism() / settings.PERENNIAL_TRAINING_SLOTS)),
  }),
  maxConcurrentActivityTaskExecutions: settings.PERENNIAL_TRAINING_SLOTS,
  shutdownGraceTime: '15 s',
});
announceReady();
await worker.run();
await connection.close();
