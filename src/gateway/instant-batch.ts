import type { MicroBatch, RowResult } from './micro-batch.ts';
import type { RowPredictor } from './predictor.ts';

/**
 * Answers each row at once, in the caller's turn of the event loop: a compiled model has no cost per call that a batch would share, so
 * that waiting for others would gain nothing.
 */
export function createInstantBatch(
  predictor: RowPredictor,
  options: { readonly clock: () => number; readonly onFault: (fault: unknown) => void },
): MicroBatch {
  let calls = 0;
  return {
    ask(row, done) {
      const started = options.clock();
      const scores = predictor.score([row]);
      calls += 1;
      const result: RowResult = { ok: true, scores, index: 0, ms: options.clock() - started, group: calls };
      try {
        done(result);
      } catch (fault) {
        options.onFault(fault);
      }
      return true;
    },
    waiting: () => 0,
    drained: () => Promise.resolve(),
  };
}
