import type { FeatureRow } from './features.ts';
import type { MicroBatch, RowResult } from './micro-batch.ts';
import type { RowPredictor } from './predictor.ts';

interface Asked {
  readonly row: FeatureRow;
  readonly done: (result: RowResult) => void;
}

/**
 * Answers each row in the caller's turn of the event loop: at once, or, of a request of many rows, all in one call when the last has been
 * asked. Waiting for other requests would gain nothing: a compiled model has no cost per call that they would share.
 */
export function createInstantBatch(
  predictor: RowPredictor,
  options: { readonly clock: () => number; readonly onFault: (fault: unknown) => void },
): MicroBatch {
  let calls = 0;
  let together: Asked[] | null = null;

  function answer(asked: readonly Asked[]): void {
    const started = options.clock();
    const scores = predictor.score(asked.map(({ row }) => row));
    calls += 1;
    // Each row's part: a row is not slower for standing beside others.
    const ms = (options.clock() - started) / asked.length;
    for (let index = 0; index < asked.length; index++) {
      try {
        asked[index]?.done({ ok: true, scores, index, ms, group: calls });
      } catch (fault) {
        options.onFault(fault);
      }
    }
  }

  return {
    ask(row, done) {
      if (together === null) answer([{ row, done }]);
      else together.push({ row, done });
      return true;
    },
    together(work) {
      if (together !== null) {
        work();
        return;
      }
      const asked: Asked[] = [];
      together = asked;
      try {
        work();
      } finally {
        together = null;
        if (asked.length > 0) answer(asked);
      }
    },
    waiting: () => 0,
    drained: () => Promise.resolve(),
  };
}
