import { availableParallelism } from 'node:os';
import { Client } from '@temporalio/client';
import { Runtime, Worker } from '@temporalio/worker';
import { createAlarmActivities } from '../activities/alarms.ts';
import { createApprovalActivities } from '../activities/approval.ts';
import { createCheckActivities } from '../activities/check.ts';
import { createCodeActivities } from '../activities/code.ts';
import { createCommandActivities } from '../activities/command.ts';
import { createComputeActivities } from '../activities/compute.ts';
import { createDatasetActivities } from '../activities/dataset.ts';
import { createEvaluationActivities } from '../activities/evaluation.ts';
import { createLogPackingActivities } from '../activities/log-packing.ts';
import { createNotifyActivities } from '../activities/notify.ts';
import { createProfileActivities } from '../activities/profiles.ts';
import { createRegistryActivities } from '../activities/registry.ts';
import { createReproduceActivities } from '../activities/reproduce.ts';
import { createRolloutActivities } from '../activities/rollout.ts';
import { createStageCacheActivities } from '../activities/stage-cache.ts';
import { createSweepActivities } from '../activities/sweep.ts';
import { createSweepRecordActivities } from '../activities/sweep-records.ts';
import { createWorkspaceActivities } from '../activities/workspaces.ts';
import { duckdbDatasets } from '../src/dataset/duckdb/datasets.ts';
import { duckdbLoggedRequests } from '../src/differential/duckdb/logged.ts';
import { duckdbCustomMetrics } from '../src/evaluation/duckdb/custom-metrics.ts';
import { duckdbPackLog } from '../src/gateway/duckdb/pack-log.ts';
import { duckdbLeakMeter } from '../src/leakage/duckdb/measure-leaks.ts';
import { loadTester } from '../src/load-test/process/tester.ts';
import { openCarriers } from '../src/platform/connect-carriers.ts';
import { openCloud } from '../src/platform/connect-cloud.ts';
import { openReportedRegistry } from '../src/platform/connect-evidence.ts';
import { openRegistry, openRemoteFiles, openStore } from '../src/platform/connect-storage.ts';
import { connectTemporal } from '../src/platform/connect-temporal.ts';
import { announceReady } from '../src/platform/ready.ts';
import { readSettings } from '../src/platform/settings.ts';
import { teamWeights } from '../src/platform/standing-settings.ts';
import { duckdbPredictionFiles } from '../src/predictions/duckdb/write-predictions.ts';
import { duckdbProfiles } from '../src/profile/duckdb/profiles.ts';
import { duckdbTrainServe } from '../src/quality/duckdb/train-serve.ts';
import { duckdbObserver } from '../src/rollout/duckdb/observe.ts';
import { duckdbTraffic } from '../src/rollout/duckdb/traffic.ts';
import { pythonRuntime } from '../src/stage-cache/process/runtime.ts';
import { optunaProcess } from '../src/sweep/process/ask-optuna.ts';
import { duckdbBatchFiles } from '../src/training/duckdb/batch-files.ts';
import { commandRunner } from '../src/training/process/run-command.ts';
import { predictionRunner } from '../src/training/process/run-prediction.ts';
import { taskQueues } from '../workflows/messages.ts';
import { workflowBundlePath } from './bundle.ts';
import { loadServed } from './load-served.ts';
import { machineAlerts } from './machine-alerts.ts';
import { runClosedAt } from './run-closed.ts';
import { runtimeOptions } from './runtime.ts';
import { scheduleLogPacking, scheduleReaping } from './standing-schedules.ts';

/** The control worker: every workflow, and the activities that need no machine of their own. */
const settings = readSettings();
Runtime.install(runtimeOptions('control'));

const [{ connection, namespace }, records] = await Promise.all([connectTemporal(), openRegistry(settings)]);
const store = openStore(settings);
const registry = openReportedRegistry(records, store);
const access = openCloud(settings);
const client = new Client({ connection, namespace });
const now = () => new Date();
const python = settings.PERENNIAL_PYTHON ?? 'python3';
const readRuntime = pythonRuntime(python);
const publicUrl = (settings.PERENNIAL_PUBLIC_URL ?? settings.PERENNIAL_API_URL).replace(/\/$/, '');
const notices = createNotifyActivities({
  environment: process.env,
  plans: registry,
  book: registry,
  carriers: openCarriers(settings, now),
  publicUrl,
  now,
});
const data = { store, remote: openRemoteFiles(settings), tempFolder: `${settings.PERENNIAL_STATE}/temp` };
const datasets = duckdbDatasets(data);
const profiles = duckdbProfiles(data);
const trainServe = duckdbTrainServe(data);

const worker = await Worker.create({
  connection,
  namespace,
  taskQueue: taskQueues.control,
  workflowBundle: { codePath: workflowBundlePath },
  activities: {
    ...createRegistryActivities({ registry, weights: teamWeights(settings) }),
    ...createDatasetActivities({ datasets, registry }),
    ...createEvaluationActivities({
      ...{ datasets, registry, store, loadPredictor: loadServed, trainServe, loadTester, now, python },
      batches: duckdbBatchFiles(data),
      runPrediction: predictionRunner({ threads: availableParallelism() }),
      leakMeter: duckdbLeakMeter(data),
      requests: duckdbLoggedRequests(data),
      predictions: duckdbPredictionFiles(data),
      customMetrics: duckdbCustomMetrics(data),
      reportUrl: (model, version) => `${publicUrl}/v1/models/${model}/versions/${version}/report`,
    }),
    ...createProfileActivities({ registry, store, profiles }),
    ...createCheckActivities({
      ...{ datasets, profiles, trainServe, registry, store, loadPredictor: loadServed },
      heldBack: duckdbObserver({ store, now }),
    }),
    ...createAlarmActivities({ registry, store }),
    ...createApprovalActivities({ registry, store }),
    ...createRolloutActivities({ registry, store, traffic: duckdbTraffic({ store, now }), now }),
    ...createLogPackingActivities({ store, packLog: duckdbPackLog({ ...data, memoryLimit: '512MB', threads: 1 }) }),
    ...createSweepActivities({ store, askOptuna: optunaProcess({ python }) }),
    ...createSweepRecordActivities({ registry, store, now }),
    ...createCodeActivities({ store }),
    ...createReproduceActivities({ registry, store, readRuntime }),
    ...createStageCacheActivities({
      book: registry,
      store,
      readRuntime,
      runClosedAt: (run) => runClosedAt(registry, client, run),
      image: process.env.PERENNIAL_TRAINING_IMAGE ?? null,
      now,
    }),
    ...createComputeActivities({
      access,
      books: registry,
      runClosedAt: (run) => runClosedAt(registry, client, run),
      alert: machineAlerts(registry, notices.notify),
      now,
    }),
    ...createWorkspaceActivities({
      ...{ store, access, books: registry, now },
      runClosedAt: (run) => runClosedAt(registry, client, run),
    }),
    ...createCommandActivities({ runCommand: commandRunner({ python }) }),
    ...notices,
  },
  // How long a task waits for the worker that has the workflow in its cache: when that one was killed, this is lost time.
  stickyQueueScheduleToStartTimeout: '1 s',
  shutdownGraceTime: '10 s',
});
// Nothing waits for it: a log that is not packed is read all the same.
scheduleLogPacking(client).catch((error: unknown) => {
  Runtime.instance().logger.warn('the logs of the gateways are not packed until a control worker starts again', {
    error,
  });
});
if (access) await scheduleReaping(client);
announceReady();
await worker.run();
await registry.close();
await connection.close();
