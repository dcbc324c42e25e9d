import { dirname } from 'node:path';
import { isPerennialError } from '../../errors/error.ts';
import { decidesFrom } from '../../evaluation/threshold.ts';
import { createCompiledPredictor } from '../compiled/predictor.ts';
import type { Preparation } from '../compiled/stored.ts';
import { createInstantBatch } from '../instant-batch.ts';
import type { LoadedVersion } from '../live-model.ts';
import { createMicroBatch } from '../micro-batch.ts';
import { startChallenger } from '../onnx/challenger.ts';
import type { PrepareStarter } from '../onnx/prepare-starter.ts';
import { obtainPreparation } from '../onnx/prepared.ts';
import { startThread } from '../onnx/thread.ts';
import type { ServedVersion } from '../ports.ts';
import type { Predictor } from '../predictor.ts';
import { isUpstream } from '../served-at.ts';
import { createUpstreamPredictor } from '../upstream/predictor.ts';
import type { GatewayLogger } from './logger.ts';
import { obtainVersion, type StoredVersion, type VersionFilesOptions } from './version-files.ts';

export type Place = LoadedVersion['place'];

export interface ShelfOptions extends VersionFilesOptions {
  readonly logger: GatewayLogger;
  readonly challengerTimeoutMs: number;
  readonly longestWaitMs: number;
  readonly challengerProgram: string | undefined;
  readonly onCrash: (model: string, version: number) => void;
  /** Runs what looks into model files. */
  readonly starter: Pick<PrepareStarter, 'prepare'>;
}

interface Slot {
  readonly loading: Promise<LoadedVersion>;
  loaded: LoadedVersion | null;
  lastUsedMs: number;
}

export interface LoadFailure {
  readonly error: unknown;
  readonly attempts: number;
  readonly retryAtMs: number;
}

const firstRetryMs = 500;
const longestRetryMs = 30_000;
/** Ad-hoc versions stay loaded this long after their last call. */
const idleMs = 60_000;
const mostIdle = 4;
/** Challengers hold fewer waiting rows than the champion: waiting behind a slow one is worse than the champion's answer. */
const challengerQueueRows = 1_000;

/** The loaded versions of this gateway. A version that onnxruntime runs can be here twice: apart as a challenger, inside as the champion. */
export class VersionShelf {
  readonly #options: ShelfOptions;
  readonly #slots = new Map<string, Slot>();
  readonly #failures = new Map<string, LoadFailure>();
  readonly #closing = new Set<Promise<void>>();

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  /** The version when it is loaded; never waits. */
  find(model: string, version: number, place: Place): LoadedVersion | null {
    return this.#slots.get(keyOf(model, version, place))?.loaded ?? null;
  }

  failure(model: string, version: number): LoadFailure | null {
    const failures = ['inside', 'apart'].map((place) => this.#failures.get(keyOf(model, version, place as Place)));
    return failures.find((failure) => failure !== undefined) ?? null;
  }

  /** Loads a version once, however many ask. @throws PRN-GATEWAY-005, 006, 007; after a failure the same error until its pause is over */
  obtain(model: string, version: number, place: Place): Promise<LoadedVersion> {
    const key = keyOf(model, version, place);
    const slot = this.#slots.get(key);
    if (slot !== undefined) {
      slot.lastUsedMs = Date.now();
      return slot.loading;
    }
    const failure = this.#failures.get(key);
    if (failure !== undefined && Date.now() < failure.retryAtMs) return Promise.reject(failure.error);
    const opened: Slot = { loading: this.#load(model, version, place), loaded: null, lastUsedMs: Date.now() };
    this.#slots.set(key, opened);
    opened.loading.then(
      (loaded) => {
        opened.loaded = loaded;
        this.#failures.delete(key);
      },
      (error: unknown) => {
        this.#slots.delete(key);
        const attempts = (this.#failures.get(key)?.attempts ?? 0) + 1;
        const pause = Math.min(longestRetryMs, firstRetryMs * 2 ** (attempts - 1));
        this.#failures.set(key, { error, attempts, retryAtMs: Date.now() + pause });
        const why = isPerennialError(error) ? `${error.code} ${error.message}` : String(error);
        this.#options.logger.warn({ model, version, place, attempts }, `version not loaded: ${why}`);
      },
    );
    return opened.loading;
  }

  /**
   * Closes a version of two classes without a threshold, after its last answer; it is loaded anew when it is wanted. Who asked for it by
   * hand may have been earlier than its evaluation, and a route must not find it as it was then.
   */
  dropUndecided(model: string, version: number): void {
    for (const place of ['inside', 'apart'] as const) {
      const key = keyOf(model, version, place);
      const loaded = this.#slots.get(key)?.loaded;
      if (!loaded || loaded.yesFrom !== undefined || loaded.signature.classes.length !== 2) continue;
      this.#slots.delete(key);
      this.#close(loaded);
    }
  }

  /** Closes what is neither kept nor recently used, after its last answer. */
  sweep(keep: ReadonlySet<LoadedVersion | null>): void {
    const now = Date.now();
    const newestFirst = [...this.#slots].sort(([, a], [, b]) => b.lastUsedMs - a.lastUsedMs);
    let idle = 0;
    for (const [key, slot] of newestFirst) {
      if (slot.loaded === null) continue;
      if (keep.has(slot.loaded)) {
        slot.lastUsedMs = now;
        continue;
      }
      idle += 1;
      const adhoc = slot.loaded.place === 'apart' || slot.loaded.runtime === 'compiled';
      const recent = adhoc && now - slot.lastUsedMs < idleMs && idle <= mostIdle;
      if (recent) continue;
      this.#slots.delete(key);
      this.#close(slot.loaded);
    }
  }

  async close(): Promise<void> {
    for (const slot of this.#slots.values()) {
      const loaded = await slot.loading.catch(() => null);
      if (loaded !== null) this.#close(loaded);
    }
    this.#slots.clear();
    await Promise.all(this.#closing);
  }

  #close(loaded: LoadedVersion): void {
    const { model, version, place } = loaded;
    const closing = loaded.close().catch((error: unknown) => {
      this.#options.logger.warn({ model, version, place, error: String(error) }, 'version not closed cleanly');
    });
    this.#closing.add(closing);
    void closing.then(() => this.#closing.delete(closing));
  }

  async #load(model: string, version: number, place: Place): Promise<LoadedVersion> {
    const stored = await obtainVersion(model, version, this.#options);
    const { starter, logger } = this.#options;
    const { record, modelPath } = stored;
    if (isUpstream(record.artifact)) return this.#openUpstream(record);
    const about = { digest: record.artifactDigest, starter };
    const prepared = await obtainPreparation(dirname(modelPath), record.signature, about);
    if (prepared.kind === 'not-compiled') {
      logger.info({ model, version, place, reason: prepared.reason }, 'onnxruntime answers');
      return this.#loadOnnx(stored, place);
    }
    // One compiled model serves every role.
    return place === 'apart' ? this.obtain(model, version, 'inside') : this.#openCompiled(record, prepared);
  }

  #openCompiled(record: ServedVersion, prepared: Extract<Preparation, { readonly kind: 'compiled' }>): LoadedVersion {
    const { logger } = this.#options;
    const { model, version } = record;
    const batch = createInstantBatch(createCompiledPredictor(prepared.model), {
      clock: () => performance.now(),
      onFault: (fault) => logger.error({ model, version, fault: String(fault) }, undelivered),
    });
    logger.info({ model, version, proof: prepared.proof }, 'version loaded, compiled');
    return loadedVersion(record, { place: 'inside', runtime: 'compiled', batch, close: () => Promise.resolve() });
  }

  #openUpstream(record: ServedVersion): LoadedVersion {
    const { challengerTimeoutMs: timeoutMs } = this.#options;
    const predictor = createUpstreamPredictor(record.artifact, record.signature, { timeoutMs });
    return this.#batched(record, predictor, 'apart');
  }

  async #loadOnnx({ record, modelPath }: StoredVersion, place: Place): Promise<LoadedVersion> {
    const { challengerTimeoutMs: timeoutMs, challengerProgram: program, onCrash, logger } = this.#options;
    const { model, version, signature } = record;
    const crash = (error: Error): void => {
      logger.warn({ model, version }, `challenger crashed: ${error.message}`);
      onCrash(model, version);
    };
    const predictor =
      place === 'inside'
        ? await startThread(modelPath, signature)
        : await startChallenger(modelPath, signature, { timeoutMs, onCrash: crash, ...(program && { program }) });
    return this.#batched(record, predictor, place);
  }

  #batched(record: ServedVersion, predictor: Predictor, place: Place): LoadedVersion {
    const { logger } = this.#options;
    const { model, version, signature } = record;
    const batch = createMicroBatch({
      signature,
      predict: (rows) => predictor.predict(rows),
      defer: setImmediate,
      clock: () => performance.now(),
      mayIsolate: (error) => isPerennialError(error) && error.code === 'PRN-GATEWAY-008',
      onFault: (fault) => logger.error({ model, version, fault: String(fault) }, undelivered),
      longestWaitMs: this.#options.longestWaitMs,
      ...(place === 'apart' && { queueRows: challengerQueueRows }),
    });
    logger.info({ model, version, place }, 'version loaded');
    const close = async (): Promise<void> => {
      await batch.drained();
      await predictor.close();
    };
    return loadedVersion(record, { place, runtime: 'onnx', batch, close });
  }
}

/**
 * Written out: V8 soon gives each object that a spread makes here a hidden class of its own. The request path would meet another one with
 * every version, and lose its compiled code at every promotion.
 */
function loadedVersion(
  { model, version, signature, threshold }: ServedVersion,
  { place, runtime, batch, close }: Pick<LoadedVersion, 'place' | 'runtime' | 'batch' | 'close'>,
): LoadedVersion {
  return { model, version, signature, yesFrom: decidesFrom(threshold), place, runtime, batch, close };
}

const undelivered = 'an answer could not be delivered';

function keyOf(model: string, version: number, place: Place): string {
  return `${place}:${version}:${model}`;
}
