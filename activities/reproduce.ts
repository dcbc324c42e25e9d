import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { PerennialError } from '../src/errors/error.ts';
import type { ComputeSpec } from '../src/plan/schema.ts';
import type { Actor, Registry, VersionRecord } from '../src/registry/registry.ts';
import { compareTrainings, type KnownTraining, type Reproduction } from '../src/reproduce/compare.ts';
import { requestOf, type TrainingRecord } from '../src/reproduce/record.ts';
import { sayDifferences } from '../src/stage-cache/difference.ts';
import { type ReadTrainerRuntime, trainerCode } from '../src/stage-cache/runtime.ts';
import { jobPrefix } from '../src/training/keys.ts';
import type { TrainRequest, TrainResult } from '../src/training/request.ts';
import { translateErrors } from './failure.ts';

export interface ReproduceDependencies {
  readonly registry: Pick<Registry, 'version' | 'addEvent'>;
  readonly store: ObjectStore;
  readonly readRuntime: ReadTrainerRuntime;
}

export interface VersionToReproduce {
  readonly model: string;
  readonly version: number;
  /** Name of the repetition, which no run has. */
  readonly run: string;
}

export interface JobAgain {
  readonly request: TrainRequest;
  readonly compute: ComputeSpec | null;
  readonly timeout: string;
}

/** Trains versions again from what is kept with them, and tells what became of it. */
export function createReproduceActivities(deps: ReproduceDependencies) {
  return translateErrors({
    /** @throws PRN-RUN-009 what it takes to train it again was not kept, or is gone */
    async readTrainingRecord(asked: VersionToReproduce): Promise<JobAgain> {
      const version = await deps.registry.version(asked.model, asked.version);
      const record = recordOf(version);
      const { snapshot, codeKey, compute, timeout } = record;
      for (const key of [snapshot.key, ...(codeKey === null ? [] : [codeKey])])
        if (!(await deps.store.has(key))) throw cannot(version, `${key} is no longer in the object store`);
      return { request: requestOf({ ...version, model: asked.model }, record, asked.run), compute, timeout };
    },

    /** Compares, keeps the outcome as an event of the version, and removes a repetition that is identical. */
    async judgeReproduction(asked: VersionToReproduce, trained: TrainResult, by: string): Promise<Reproduction> {
      const version = await deps.registry.version(asked.model, asked.version);
      const record = recordOf(version);
      const { artifact, seconds } = trained;
      const now = await knownAgain(deps, record, trained);
      const reproduction = compareTrainings({ ...asked, artifact, seconds }, knownOf(version, record), now);
      await keep(deps, reproduction, { name: by, via: 'workflow' });
      if (reproduction.identical) await forget(deps.store, jobPrefix({ ...asked, stage: record.stage, trial: null }));
      return reproduction;
    },
  });
}

function recordOf(version: VersionRecord): TrainingRecord {
  if (version.record) return version.record;
  throw cannot(version, 'it was trained by a release that kept no record of it');
}

function cannot({ model, version }: VersionRecord, why: string): PerennialError {
  return new PerennialError('PRN-RUN-009', { message: `${model}@${version} cannot be trained again: ${why}.` });
}

function knownOf(version: VersionRecord, { code, environmentLock, hardware }: TrainingRecord): KnownTraining {
  const { artifactDigest, snapshot, seed, parameters, trainerMetrics: metrics, environment } = version;
  return { artifactDigest, snapshot, seed, parameters, metrics, environment, code, environmentLock, hardware };
}

async function knownAgain(
  { readRuntime }: ReproduceDependencies,
  { trainer, code }: TrainingRecord,
  { artifactDigest, snapshot, seed, parameters, metrics, environment, hardware }: TrainResult,
): Promise<KnownTraining> {
  const runtime = await readRuntime().catch(() => null);
  // A trainer of one's own was fetched from where it is kept: its files are the recorded ones.
  const own = typeof trainer === 'string' ? null : (code?.split('+')[0] ?? null);
  const now = runtime ? trainerCode(runtime, own) : { code: null, environmentLock: null };
  return {
    ...{ artifactDigest, snapshot, seed, parameters, metrics, environment, hardware: hardware ?? null },
    ...now,
  };
}

async function keep({ registry }: ReproduceDependencies, reproduction: Reproduction, by: Actor): Promise<void> {
  const { model, version, run, identical, sameHardware, causes, effects, seconds } = reproduction;
  const why = sayDifferences([...causes, ...effects]);
  await registry.addEvent({
    ...{ model, version, by, kind: identical ? 'version.reproduced' : 'version.not-reproduced' },
    reason: identical ? `trained again in ${seconds.toFixed(0)} s: identical` : `trained again, and different: ${why}`,
    details: { run, identical, sameHardware, causes, effects },
    key: run,
  });
}

async function forget(store: ObjectStore, prefix: string): Promise<void> {
  for (const key of await store.list(`${prefix}/`)) await store.remove(key);
}
