import { PerennialError } from '../errors/error.ts';
import { type FeatureRow, toBatch } from './features.ts';
import type { FeatureBatch, Scores, Signature } from './predictor.ts';

/** What became of one row: its place in the scores of its batch, or the error that is its own. */
export type RowResult =
  | { readonly ok: true; readonly scores: Scores; readonly index: number; readonly ms: number; readonly group: number }
  | { readonly ok: false; readonly error: unknown; readonly ms: number; readonly group: number };

export interface MicroBatch {
  /** Queues a row; false when the queue is full and `done` will not be called. Rows of one `group` stay in one call. */
  ask(row: FeatureRow, done: (result: RowResult) => void, group?: number): boolean;
  /** What is asked within `work` may be answered in one call at its end; absent where every turn's rows are. */
  together?(work: () => void): void;
  waiting(): number;
  /** Resolves when nothing is queued or running. */
  drained(): Promise<void>;
}

export interface MicroBatchOptions {
  readonly signature: Signature;
  readonly predict: (batch: FeatureBatch) => Promise<Scores>;
  /** Runs the drain after what is ready now has been read: setImmediate. */
  readonly defer: (work: () => void) => void;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** Whether a failed batch is worth trying row by row: not when the process is gone or hangs. */
  readonly mayIsolate?: (error: unknown) => boolean;
  readonly batchRows?: number;
  readonly queueRows?: number;
  /** Milliseconds after which a row that still waits is given up: nobody waits for its answer any more. */
  readonly longestWaitMs?: number;
  /** A listener that throws must not cost the other rows their answers. */
  readonly onFault?: (fault: unknown) => void;
}

interface Waiting {
  readonly row: FeatureRow;
  readonly done: (result: RowResult) => void;
  readonly group: number;
  readonly since: number;
}

/**
 * Collects the rows that arrive within one turn of the event loop into one model call. There is no timer: when traffic is low a batch
 * is one row and waits for nothing; under load batches grow by themselves.
 */
export function createMicroBatch(options: MicroBatchOptions): MicroBatch {
  const { batchRows = 64, queueRows = 20_000 } = options;
  const queue: Waiting[] = [];
  const idle: (() => void)[] = [];
  let running = false;
  let calls = 0;

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      calls += 1;
      const next = queue.splice(0, sizeOfNext(queue, batchRows));
      const inTime = giveUpLate(next, calls, options);
      if (inTime.length > 0) await answer(inTime, calls, options);
    }
    running = false;
    for (const resume of idle.splice(0)) resume();
  }

  return {
    ask(row, done, group = 0) {
      if (queue.length >= queueRows) return false;
      queue.push({ row, done, group, since: options.clock() });
      if (!running) {
        running = true;
        options.defer(() => void drain());
      }
      return true;
    },
    waiting: () => queue.length,
    drained: () => (running ? new Promise((resolve) => idle.push(resolve)) : Promise.resolve()),
  };
}

export function queueFull(): PerennialError {
  return new PerennialError('PRN-GATEWAY-012', { message: 'Too many rows are waiting for this model already.' });
}

function giveUpLate(rows: readonly Waiting[], group: number, options: MicroBatchOptions): readonly Waiting[] {
  const { longestWaitMs = Number.POSITIVE_INFINITY } = options;
  const now = options.clock();
  const isLate = ({ since }: Waiting): boolean => now - since > longestWaitMs;
  if (!rows.some(isLate)) return rows;
  const message = `The row waited for more than ${longestWaitMs} ms.`;
  const error = new PerennialError('PRN-GATEWAY-012', { message });
  for (const waiting of rows.filter(isLate))
    deliver(waiting, { ok: false, error, ms: now - waiting.since, group }, options);
  return rows.filter((waiting) => !isLate(waiting));
}

/** A mirrored row waits with those it was answered with, so that both versions are timed on batches of one size. */
function sizeOfNext(queue: readonly Waiting[], limit: number): number {
  const group = queue[0]?.group;
  let size = 1;
  while (size < limit && size < queue.length && queue[size]?.group === group) size += 1;
  return size;
}

async function answer(batch: readonly Waiting[], call: number, options: MicroBatchOptions): Promise<void> {
  const started = options.clock();
  try {
    const columns = toBatch(
      options.signature,
      batch.map((waiting) => waiting.row),
    );
    const scores = await options.predict(columns);
    const ms = scores.elapsedMs ?? options.clock() - started;
    for (let index = 0; index < batch.length; index++) {
      deliver(batch[index], { ok: true, scores, index, ms, group: call }, options);
    }
  } catch (error) {
    if (batch.length > 1 && (options.mayIsolate?.(error) ?? true)) {
      for (const waiting of batch) await answer([waiting], call, options);
      return;
    }
    const ms = options.clock() - started;
    for (const waiting of batch) deliver(waiting, { ok: false, error, ms, group: call }, options);
  }
}

function deliver(waiting: Waiting | undefined, result: RowResult, options: MicroBatchOptions): void {
  try {
    waiting?.done(result);
  } catch (fault) {
    options.onFault?.(fault);
  }
}
