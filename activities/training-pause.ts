import { rungsOf } from '../src/sweep/rungs.ts';
import type { ProgressLine } from '../src/training/contract.ts';
import type { TrainRequest, TrainResult } from '../src/training/request.ts';
import { foldsOf } from './training-rungs.ts';

/** A trainer that was stopped at the rung where its trial waits. */
export interface Paused {
  readonly kind: 'paused';
  readonly at: NonNullable<TrainResult['paused']>;
  readonly seconds: number;
}

/** Where a trial of a sweep with promotions waits: as soon as it has come there it is stopped, and it keeps its checkpoint. */
export class RungPause {
  readonly #rungs: TrainRequest['rungs'];
  readonly #stop: () => void;
  readonly #startedAt = performance.now();
  #at: Paused['at'] | null = null;

  constructor({ rungs }: TrainRequest, stop: () => void) {
    this.#rungs = rungs;
    this.#stop = stop;
  }

  /** The first step at or after the rung counts, as a trainer may not report the rung itself. */
  step(line: ProgressLine): void {
    const { asha, metric = '', pauseAt } = this.#rungs ?? {};
    const rung = asha && pauseAt !== undefined ? rungsOf(asha, line.of)[pauseAt] : undefined;
    const value = line.metrics[metric];
    if (rung === undefined || value === undefined || this.#at || line.step < rung) return;
    this.#at = { step: rung, value, ...foldsOf(line, metric) };
    this.#stop();
  }

  /** Null: it never came to its rung. */
  get paused(): Paused | null {
    return this.#at && { kind: 'paused', at: this.#at, seconds: (performance.now() - this.#startedAt) / 1_000 };
  }
}

/** What a sweep is told of a trial that waits; there is no model yet. */
export function pausedResult(request: TrainRequest, { at, seconds }: Paused): TrainResult {
  const { parameters, seed, snapshot, device } = request;
  return {
    ...{ artifact: '', artifactDigest: '', classes: [], environment: {} },
    ...{ parameters, seed, snapshot: snapshot.id, metrics: {}, device, seconds },
    paused: at,
  };
}
