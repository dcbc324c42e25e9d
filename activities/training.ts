import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { CancelledFailure, Context } from '@temporalio/activity';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import type { SnapshotManifest } from '../src/dataset/dataset.ts';
import { PerennialError } from '../src/errors/error.ts';
import { builtinTrainers, expandCommand } from '../src/training/command-line.ts';
import type { TrainingJob } from '../src/training/contract.ts';
import type { RunTrainer, TrainerOutcome } from '../src/training/outcome.ts';
import type { TrainRequest, TrainResult } from '../src/training/request.ts';
import { heartbeating, translateErrors } from './failure.ts';

const graceMs = 5_000;

export function createTrainingActivities({
  store,
  runTrainer,
  python,
  workFolder,
  threads,
}: {
  readonly store: ObjectStore;
  readonly runTrainer: RunTrainer;
  readonly python: string;
  readonly workFolder: string;
  /** Cores for each trainer: those of the machine over its slots. */
  readonly threads: number;
}) {
  return translateErrors({
    /** One training job on this machine: fetch the data, run the trainer in its own folder, publish once. */
    async train(request: TrainRequest): Promise<TrainResult> {
      const prefix = artifactPrefix(request);
      const published = await readResult(store, prefix);
      if (published) return published;

      const attempt = Context.current().info.attempt;
      // Checkpoints outlive an attempt on this machine; the attempt's own folder is always empty.
      const jobFolder = resolve(workFolder, prefix);
      const attemptFolder = join(jobFolder, `attempt-${attempt}`);
      await rm(attemptFolder, { recursive: true, force: true });
      await mkdir(join(attemptFolder, 'output'), { recursive: true });
      const job = await trainingJob(store, request, join(attemptFolder, 'output'), join(jobFolder, 'checkpoints'));

      const log = new TrainerLog();
      const outcome = await heartbeating(async (note) => {
        const progress = { step: 0, of: 0, lastLine: '' };
        return await runTrainer({
          command: commandOf(request, python),
          cwd: attemptFolder,
          job,
          graceMs,
          env: { PERENNIAL_THREADS: `${threads}` },
          signal: Context.current().cancellationSignal,
          onProgress: ({ step, of, metrics }) => note(Object.assign(progress, { step, of, metrics })),
          onLog: (line) => {
            log.add(line);
            note(Object.assign(progress, { lastLine: line.slice(0, 200) }));
          },
        });
      }).finally(() => store.put(`${prefix}/logs/a${attempt}.log`, log.bytes()));
      const result = await publish(store, request, `${prefix}/a${attempt}`, finished(outcome, request));
      await rm(jobFolder, { recursive: true, force: true });
      return result;
    },
  });
}

/** What the trainer wrote, from both ends: the beginning tells how it started, the end why it stopped. */
class TrainerLog {
  readonly #head: string[] = [];
  readonly #tail: string[] = [];

  add(line: string): void {
    if (this.#head.length < 1_000) this.#head.push(line);
    else if (this.#tail.push(line) > 1_000) this.#tail.shift();
  }

  bytes(): Uint8Array {
    return Buffer.from([...this.#head, ...this.#tail, ''].join('\n'));
  }
}

function artifactPrefix({ model, run, stage, trial }: TrainRequest): string {
  return `models/${model}/runs/${run}/${stage}${trial === null ? '/single' : `/t${trial}`}`;
}

async function readResult(store: ObjectStore, prefix: string): Promise<TrainResult | null> {
  const key = `${prefix}/result.json`;
  return (await store.has(key)) ? (JSON.parse(Buffer.from(await store.get(key)).toString()) as TrainResult) : null;
}

async function trainingJob(
  store: ObjectStore,
  request: TrainRequest,
  output: string,
  checkpoints: string,
): Promise<TrainingJob> {
  const manifest = JSON.parse(Buffer.from(await store.get(request.snapshot.key)).toString()) as SnapshotManifest;
  const [train, validation, holdout] = await Promise.all(
    [manifest.keys.train, manifest.keys.validation, manifest.keys.holdout].map((key) => store.localPath(key)),
  );
  await mkdir(checkpoints, { recursive: true });
  const { columns, features, crossValidation, task, parameters, seed, device, checkpointEvery } = request;
  return {
    contract: 1,
    task,
    data: { train: train ?? '', validation: validation ?? '', holdout: holdout ?? '' },
    features: Object.entries(features).map(([name, { type }]) => ({ name, type })),
    ...columns,
    parameters: { ...parameters },
    seed,
    device,
    crossValidation: crossValidation ?? null,
    checkpoints: { folder: checkpoints, every: checkpointEvery },
    output,
  };
}

function commandOf({ trainer, base }: TrainRequest, python: string): string[] {
  const argv = typeof trainer === 'string' ? builtinTrainers[trainer] : trainer.command;
  return expandCommand(argv, { python, here: base });
}

type Done = Extract<TrainerOutcome, { kind: 'done' }>;

function finished(outcome: TrainerOutcome, { stage, run, trial }: TrainRequest): Done {
  const job = `${stage}${trial === null ? '' : ` (trial ${trial})`} of ${run}`;
  switch (outcome.kind) {
    case 'done':
      return outcome;
    case 'interrupted':
      if (Context.current().cancellationSignal.aborted) throw new CancelledFailure(`training of ${job} was cancelled`);
      throw new PerennialError('PRN-RUN-003', {
        message: `The trainer of ${job} was interrupted; it goes on from its last checkpoint.`,
      });
    case 'bad-job':
      throw new PerennialError('PRN-RUN-004', { message: `The trainer of ${job} refused its job: ${outcome.message}` });
    case 'failed':
      throw new PerennialError('PRN-RUN-005', {
        message: `The trainer of ${job} ended with ${outcome.signal ?? `exit code ${outcome.exitCode}`}. Its last lines: ${outcome.logTail.slice(-1500)}`,
      });
  }
}

/** Uploads below a prefix of this attempt, then publishes by put-if-absent: whoever comes second reads the first. */
async function publish(store: ObjectStore, request: TrainRequest, artifact: string, done: Done): Promise<TrainResult> {
  const folder = resolve(done.modelPath, '..');
  for (const file of done.files) {
    const path = resolve(folder, file);
    await store.put(`${artifact}/${relative(folder, path).replaceAll('\\', '/')}`, { path });
  }
  const result: TrainResult = {
    artifact,
    artifactDigest: createHash('sha256')
      .update(await readFile(done.modelPath))
      .digest('hex'),
    classes: done.report.classes,
    parameters: done.report.parameters,
    seed: request.seed,
    snapshot: request.snapshot.id,
    metrics: done.report.metrics,
    environment: done.report.environment,
    device: done.report.device,
    seconds: done.seconds,
  };
  const key = `${artifactPrefix(request)}/result.json`;
  const outcome = await store.put(key, Buffer.from(JSON.stringify(result)), { ifAbsent: true });
  return outcome === 'written' ? result : ((await readResult(store, artifactPrefix(request))) ?? result);
}
