import { type Asha, promoted, type RungReport, rungsOf } from '../../src/sweep/rungs.ts';
import type { LearningCurves } from './learning-curves.ts';

/**
 * Worker time until a value within `tolerance` of the best was seen, when every trial waits at its rungs and goes on from its checkpoint;
 * null: never. To start a trainer again costs nothing here, as nothing is trained twice.
 */
export function timeToBestByPromotion(
  curves: LearningCurves,
  order: readonly number[],
  { asha, workers, tolerance }: { readonly asha: Asha; readonly workers: number; readonly tolerance: number },
): number | null {
  const steps = [...rungsOf(asha, curves.steps), curves.steps];
  const reports: RungReport[] = [];
  const waiting = new Map<number, number>();
  const working: { at: number; trial: number; rung: number }[] = [];
  const fresh = [...order];
  const advance = (at: number, trial: number, rung: number): void => {
    const cost = curves.cost(trial, steps[rung - 1] ?? 0, steps[rung] ?? 0);
    working.push({ at: at + cost, trial, rung });
  };
  const begin = (at: number): void => {
    const resting = [...waiting].map(([trial, step]) => ({ trial, step }));
    const next = promoted(asha, 'maximize', reports, resting);
    if (next) {
      waiting.delete(next.trial);
      advance(at, next.trial, steps.indexOf(next.step) + 1);
    } else {
      const trial = fresh.shift();
      if (trial !== undefined) advance(at, trial, 0);
    }
  };
  for (let worker = 0; worker < workers; worker += 1) begin(0);
  for (;;) {
    working.sort((a, b) => a.at - b.at);
    const event = working.shift();
    if (!event) return null;
    const { at, trial, rung } = event;
    const step = steps[rung] ?? 0;
    const value = curves.valueAt(trial, step);
    if (value >= curves.best - tolerance) return at;
    if (step < curves.steps) {
      reports.push({ trial, step, value });
      waiting.set(trial, step);
    }
    begin(at);
  }
}
