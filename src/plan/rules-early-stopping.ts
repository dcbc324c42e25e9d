import { type ModelDraft, stagesOf } from './draft.ts';
import type { Finding } from './problem.ts';

/** What trials are stopped by must be there: checkpoints to go on from, folds to be compared in. */
export function earlyStoppingRules(draft: ModelDraft): Finding[] {
  return stagesOf(draft, 'train').flatMap(({ name, spec: { sweep, checkpointEvery, crossValidation } }): Finding[] => {
    const rule = sweep?.earlyStopping;
    if (typeof rule !== 'object') return [];
    const path = ['plan', name, 'sweep', 'earlyStopping'];
    if ('promote' in rule && rule.promote && checkpointEvery === undefined) {
      const message = 'a trial that waits at a rung would begin anew: its stage has no "checkpointEvery"';
      return [{ code: 'PRN-PLAN-060', path: [...path, 'promote'], on: 'value', message }];
    }
    const folds = crossValidation?.folds ?? 0;
    if (!('paired' in rule) || folds >= 3) return [];
    const message = `${folds === 0 ? 'without "crossValidation" there are no folds' : `${folds} folds tell nothing apart`}: three are the fewest`;
    return [{ code: 'PRN-PLAN-061', path: [...path, 'paired'], on: 'value', message }];
  });
}
