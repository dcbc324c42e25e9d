import { type Asha, promoted, type RungReport, rungsOf } from '../../src/sweep/rungs.ts';
import { firstBest, type LearningCurves } from './learning-curves.ts';

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
  const fresh = [...order];
  return firstBest(curves, { steps, workers, tolerance }, (ended) => {
    if (ended && ended.step < curves.steps) {
      reports.push({ trial: ended.trial, step: ended.step, value: ended.value });
      waiting.set(ended.trial, ended.step);
    }
    const resting = [...waiting].map(([trial, step]) => ({ trial, step }));
    const next = promoted(asha, 'maximize', reports, resting);
    if (next) {
      waiting.delete(next.trial);
      return { trial: next.trial, rung: steps.indexOf(next.step) + 1 };
    }
    const trial = fresh.shift();
    return trial === undefined ? null : { trial, rung: 0 };
  });
}
