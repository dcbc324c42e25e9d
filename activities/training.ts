import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Context } from '@temporalio/activity';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { workspaceStore } from '../src/artifacts/workspace-store.ts';
import type { ReadGpu } from '../src/training/gpu.ts';
import type { HardwareByDevice } from '../src/training/hardware.ts';
import { jobPrefix, logKey } from '../src/training/keys.ts';
import type { RunTrainer } from '../src/training/outcome.ts';
import type { TrainRequest, TrainResult } from '../src/training/request.ts';
import { fetchFolder } from './code.ts';
import { heartbeating, translateErrors } from './failure.ts';
import { claimAttempt } from './training-attempt.ts';
import { CheckpointKeeper, forgetCheckpoints, restoreCheckpoint } from './training-checkpoints.ts';
import { finished } from './training-ending.ts';
import { type AttemptFolders, commandOf, makeFolders, trainingJob } from './training-job.ts';
import { TrainerLog, within } from './training-log.ts';
import { type Paused, pausedResult, RungPause } from './training-pause.ts';
import { TrainingProgress } from './training-progress.ts';
import { type Done, publish, publishedResult } from './training-result.ts';
import { rungTeller } from './training-rungs.ts';
import { TrainingStop } from './training-stop.ts';
import { codedStore, explainDisk } from './training-store.ts';

export interface TrainingDependencies {
  readonly store: ObjectStore;
  /** The part of the store below a prefix, for a machine that may touch no other. */
  readonly storeBelow?: (prefix: string) => ObjectStore;
  readonly runTrainer: RunTrainer;
  readonly python: string;
  readonly workFolder: string;
  /** Cores for each trainer: those of the machine over its slots. */
  readonly threads: number;
  /** What results are kept with, so that nobody expects equal bits of unequal machines. */
  readonly hardware?: HardwareByDevice;
  /** Aborts when this machine is about to go: trainers save a checkpoint and end with PRN-RUN-003. */
  readonly interruption?: AbortSignal;
  /** How busy the GPUs are, for the heartbeats of jobs that train on one. */
  readonly gpu?: ReadGpu;
  /** What an interrupted trainer has to save its checkpoint; half as long again is left to store it. */
  readonly graceMs?: number;
}

/** What a person who cancels waits for. */
const cancelGraceMs = 500;
const usualGraceMs = 6_000;

export function createTrainingActivities(dependencies: TrainingDependencies) {
  const told = { ...dependencies, store: codedStore(dependencies.store) };
  return translateErrors({
    /** One training job on this machine: fetch the data, run the trainer in its own folder, publish once. */
    async train(request: TrainRequest): Promise<TrainResult> {
      const own = { ...told, store: storeFor(told, request) };
      const published = await publishedResult(own.store, request);
      if (published) return published;
      return await heartbeating((note) => attempt(own, request, note));
    },
  });
}

/** A rented machine may touch nothing but its workspace, and read the snapshot. */
function storeFor({ store, storeBelow }: TrainingDependencies, { machine, snapshot }: TrainRequest): ObjectStore {
  const { workspace } = machine ?? {};
  if (!workspace || !storeBelow) return store;
  const prefixes = [snapshot.key.slice(0, snapshot.key.lastIndexOf('/') + 1)];
  return codedStore(workspaceStore(storeBelow(workspace.prefix), { store, prefixes }));
}

async function attempt(
  dependencies: TrainingDependencies,
  request: TrainRequest,
  note: (details: unknown) => void,
): Promise<TrainResult> {
  const { store, workFolder, interruption } = dependencies;
  const label =
    request.machine?.workspace?.label ?? (await claimAttempt(store, request, Context.current().info.attempt));
  const jobFolder = resolve(workFolder, jobPrefix(request));
  const home = join(jobFolder, label);
  const log = new TrainerLog(store, (part) => logKey(request, label, part));
  const stop = new TrainingStop({
    cancellation: Context.current().cancellationSignal,
    interruption,
    stallAfterMs: request.machine?.stallAfterMs ?? null,
  });
  try {
    const folders = await makeFolders(home);
    const done = await trained({ ...dependencies, request, label, folders, log, stop, note });
    if (done.kind === 'paused') return pausedResult(request, done);
    const result = await publish(store, request, label, done, dependencies.hardware);
    // A job that is done leaves nothing behind, of no attempt.
    await forgetCheckpoints(store, request).catch(() => undefined);
    await rm(jobFolder, { recursive: true, force: true });
    return result;
  } catch (error) {
    throw explainDisk(error, `train ${request.stage} of ${request.run} in ${home}`);
  } finally {
    stop.release();
    await log.close(stop.cause === 'cancelled' ? 300 : 5_000);
    await rm(home, { recursive: true, force: true }).catch(() => undefined);
  }
}

interface Training extends TrainingDependencies {
  readonly request: TrainRequest;
  readonly label: string;
  readonly folders: AttemptFolders;
  readonly log: TrainerLog;
  readonly stop: TrainingStop;
  readonly note: (details: unknown) => void;
}

/** From the newest checkpoint to the trainer's end. */
async function trained(training: Training): Promise<Done | Paused> {
  const { store, request, label, folders, log, stop, gpu, graceMs = usualGraceMs } = training;
  const saves = request.checkpointEvery > 0;
  const job = await trainingJob(store, request, folders);
  const { base, code } = request;
  const here = code === undefined ? base : await fetchFolder(store, code, join(folders.home, 'code'));
  const place = { store, job: request, label, folder: folders.checkpoints, aside: folders.aside };
  const restored = saves ? await restoreCheckpoint(place) : null;
  const keeper = new CheckpointKeeper(place, restored?.step ?? null);
  const progress = new TrainingProgress({ ...training, step: restored?.step ?? 0, keeper });
  const tellRung = rungTeller(request);
  const pause = new RungPause(request, () => stop.pause());
  const stopMetering = progress.meter(request.device === 'cuda' ? gpu : undefined);
  if (saves) keeper.start();
  stop.listen();
  try {
    const outcome = await training.runTrainer({
      command: commandOf(request, training.python, here),
      cwd: folders.home,
      job,
      withoutOnnx: typeof request.trainer === 'object' && request.trainer.predict !== undefined,
      graceMs,
      hurry: { signal: stop.hurry, graceMs: cancelGraceMs },
      env: { PERENNIAL_THREADS: `${training.threads}` },
      signal: stop.signal,
      onProgress: (line) => {
        progress.step(line);
        tellRung(line);
        pause.step(line);
      },
      onLog: (line) => progress.line(line),
    });
    const parting = saves && outcome.kind !== 'done' && stop.cause !== 'cancelled';
    const inTime = !parting || (await within(graceMs / 2, keeper.upload()));
    const trouble = inTime ? keeper.trouble : new Error('the object store did not answer in time');
    if (outcome.kind === 'interrupted' && stop.cause === 'paused' && pause.paused) return pause.paused;
    const { stallAfterMs = null } = request.machine ?? {};
    return finished(outcome, request, {
      ...progress.last,
      cause: stop.cause,
      stored: keeper.step,
      trouble,
      stallAfterMs,
    });
  } catch (error) {
    if (error instanceof Error) log.add(`[perennial: ${error.message}]`);
    throw error;
  } finally {
    keeper.stop();
    stopMetering();
  }
}
