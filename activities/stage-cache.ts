import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { isPerennialError } from '../src/errors/error.ts';
import { durationMs } from '../src/plan/duration.ts';
import type { StageCacheBook, TrainingClaim } from '../src/stage-cache/book.ts';
import {
  type CacheableTraining,
  type Ingredients,
  ingredientsOf,
  keyText,
  type TrainerCode,
} from '../src/stage-cache/ingredients.ts';
import { type CacheNote, takenFrom, whyTrained } from '../src/stage-cache/reason.ts';
import { type ReadTrainerRuntime, trainerCode } from '../src/stage-cache/runtime.ts';
import { neededParts } from '../src/training/command-line.ts';
import type { TrainRequest, TrainResult } from '../src/training/request.ts';
import { keepFolder } from './code.ts';
import { heartbeating, translateErrors } from './failure.ts';

export interface StageCacheDependencies {
  readonly book: StageCacheBook;
  readonly store: ObjectStore;
  readonly readRuntime: ReadTrainerRuntime;
  /** When a run ended; null while it is open. A run that has ended makes nothing any more. */
  readonly runClosedAt: (run: string) => Promise<string | null>;
  /** Image of rented machines, by digest; null where nothing is rented. */
  readonly image: string | null;
  readonly now: () => Date;
}

export interface TrainingToClaim extends Omit<CacheableTraining, 'machine'> {
  /** Queue of a standing machine; null: one that is rented. */
  readonly queue: string | null;
  /** How long a kept result counts, as the plan says it: `30d`; `0s`: never. */
  readonly cacheFor: string;
  /** The caller of the run wants everything done again. */
  readonly anew: boolean;
  /** Wait while another run makes the same. */
  readonly wait: boolean;
}

/** What a version is kept with, whoever trained it. */
export interface MadeOf {
  readonly code: string | null;
  readonly environmentLock: string | null;
  readonly codeKey: string | null;
}

export type ClaimedTraining = { readonly note: CacheNote; readonly madeOf: MadeOf } & (
  | { readonly kind: 'taken'; readonly from: string; readonly trained: TrainResult; readonly detail: string }
  /** `key`: under which the result is to be kept; null: it is not. */
  | { readonly kind: 'train'; readonly key: string | null }
  | { readonly kind: 'busy' }
);

const unknown: MadeOf = { code: null, environmentLock: null, codeKey: null };
const lookEveryMs = 1_000;

/** Results of trainings that need not be made twice. A cache that cannot work costs no run: the stage trains, and says why. */
export function createStageCacheActivities(deps: StageCacheDependencies) {
  return translateErrors({
    /** What was made of the same before, or the right to make it. Calling it again is harmless. */
    async claimTraining(asked: TrainingToClaim): Promise<ClaimedTraining> {
      const source = await sourceOf(deps, asked.request);
      if ('trouble' in source) return trained(source.trouble, source.madeOf, null);
      const ingredients = ingredientsOf({ ...asked, machine: machineOf(deps, asked) }, source.code);
      const key = createHash('sha256').update(keyText(asked.request.model, ingredients)).digest('hex');
      if (durationMs(asked.cacheFor) === 0)
        return trained('the plan says "cacheFor": "0s" for this stage', source.madeOf, null);
      const claim = async () => await claimOnce(deps, asked, { key, ingredients, madeOf: source.madeOf });
      return asked.wait ? await heartbeating(() => untilFree(claim)) : await claim();
    },

    /** What later runs may take. */
    async keepTraining(made: {
      readonly key: string;
      readonly run: string;
      readonly stage: string;
      readonly trained: TrainResult;
      readonly detail: string;
      readonly seconds: number;
    }): Promise<void> {
      const { trained, detail, seconds } = made;
      await deps.book.keepTraining(made, { trained, detail, seconds });
    },

    /** A training that failed holds up nobody. */
    async releaseTraining(held: { readonly key: string; readonly run: string; readonly stage: string }): Promise<void> {
      await deps.book.releaseTraining(held);
    },
  });
}

async function untilFree(claim: () => Promise<ClaimedTraining>): Promise<ClaimedTraining> {
  const { cancellationSignal } = Context.current();
  for (;;) {
    const claimed = await claim();
    if (claimed.kind !== 'busy') return claimed;
    await sleep(lookEveryMs, undefined, { signal: cancellationSignal });
  }
}

interface Known {
  readonly key: string;
  readonly ingredients: Ingredients;
  readonly madeOf: MadeOf;
}

async function claimOnce(deps: StageCacheDependencies, asked: TrainingToClaim, known: Known): Promise<ClaimedTraining> {
  const { model, run, stage } = asked.request;
  const { key, ingredients, madeOf } = known;
  const notBefore = new Date(deps.now().getTime() - durationMs(asked.cacheFor)).toISOString();
  const claim: TrainingClaim = { key, model, run, stage, ingredients, notBefore, anew: asked.anew };
  // Read before the claim, which may take the place of the very entry that it is compared with.
  const last = await deps.book.lastIngredients(model, stage);
  let answer = await deps.book.claimTraining(claim);
  if (answer.state === 'kept' && !(await deps.store.has(modelOf(answer.kept.trained, asked.request))))
    answer = await deps.book.claimTraining({ ...claim, anew: true });
  if (answer.state === 'held' && (await deps.runClosedAt(answer.run)) !== null)
    answer = await deps.book.claimTraining({ ...claim, takeOverFrom: { run: answer.run, stage: answer.stage } });
  switch (answer.state) {
    case 'kept': {
      const { trained, detail, seconds } = answer.kept;
      const note = takenFrom(answer.run, answer.madeAt, seconds);
      return { kind: 'taken', from: answer.run, trained, detail, note, madeOf };
    }
    case 'held': {
      if (asked.anew) return trained('asked for: --no-cache', madeOf, null);
      const why = `${answer.run} is training the same just now; waiting for it`;
      return { kind: 'busy', note: { taken: false, why }, madeOf };
    }
    case 'claimed': {
      if (asked.anew) return trained('asked for: --no-cache', madeOf, key);
      const why = answer.expired
        ? `what was made of the same on ${answer.expired.slice(0, 10)} is older than ${asked.cacheFor}`
        : whyTrained(ingredients, last);
      return trained(why, madeOf, key);
    }
  }
}

/** A file without which the result is of no use. */
function modelOf({ artifact }: TrainResult, { trainer }: TrainRequest): string {
  const byCommand = typeof trainer === 'object' && trainer.predict !== undefined;
  return `${artifact}/${byCommand ? 'metrics.json' : 'model.onnx'}`;
}

function trained(why: string, madeOf: MadeOf, key: string | null): ClaimedTraining {
  return { kind: 'train', key, note: { taken: false, why }, madeOf };
}

function machineOf({ image }: StageCacheDependencies, { queue }: TrainingToClaim): string {
  return queue === null ? `rented ${image ?? ''}`.trim() : `queue ${queue}`;
}

type Source = { readonly madeOf: MadeOf } & ({ readonly code: TrainerCode } | { readonly trouble: string });

/** What the trainer is made of; its own files are kept on the way, so that the version can be trained again when they have changed. */
async function sourceOf({ store, readRuntime }: StageCacheDependencies, request: TrainRequest): Promise<Source> {
  const { model, run, base, trainer } = request;
  try {
    const runtime = await readRuntime();
    if (typeof trainer === 'string') {
      const code = trainerCode(runtime, null);
      return { code, madeOf: { ...code, codeKey: null } };
    }
    const parts = neededParts(trainer);
    if (parts.length === 0) {
      const trouble = 'the trainer does not lie below {here}, so that nobody can tell whether it has changed';
      return { trouble, madeOf: { ...unknown, environmentLock: runtime.packages } };
    }
    const { key, digest } = await keepFolder(store, { model, run, folder: base, parts });
    const code = trainerCode(runtime, digest);
    return { code, madeOf: { ...code, codeKey: key } };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    // A store that is down is tried again by Temporal, as for every other stage.
    if (isPerennialError(error) && error.retryable) throw error;
    return { trouble: `code and packages of the trainer cannot be read: ${why.slice(0, 200)}`, madeOf: unknown };
  }
}
