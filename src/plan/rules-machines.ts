import { type ModelDraft, type StageDraft, stagesOf } from './draft.ts';
import type { Finding } from './problem.ts';
import type { TrainStage } from './schema.ts';
import { didYouMean } from './suggest.ts';

/** A train stage runs on a machine that is declared, and asks nothing of it that it cannot give. */
export function machineRules(draft: ModelDraft): Finding[] {
  const machines = draft.compute ?? {};
  return stagesOf(draft, 'train').flatMap(({ name, spec }): Finding[] => {
    if (spec.compute === undefined) return [];
    const known = [...Object.keys(machines), 'local'];
    if (!known.includes(spec.compute)) {
      const message = `machine ${JSON.stringify(spec.compute)} is not declared under "compute"`;
      const hint = didYouMean(spec.compute, known, 'declared') ?? '';
      return [{ code: 'PRN-PLAN-018', path: ['plan', name, 'compute'], on: 'value', message, hint }];
    }
    const machine = machines[spec.compute];
    if (machine?.provider !== 'ec2') return [];
    return lostWork(name, spec, machine);
  });
}

/** How long may be lost by one interruption before checkpoints are asked for. */
const hoursAtMost = 1;

/** A training on a machine never takes longer than "maxHours": the bound on the time that is expected of it, known without any history. */
function lostWork(
  name: string,
  { compute, checkpointEvery }: StageDraft<TrainStage>,
  { spot, maxHours }: { readonly spot?: boolean | undefined; readonly maxHours?: number | undefined },
): Finding[] {
  if (spot !== true || checkpointEvery !== undefined || maxHours === undefined || maxHours <= hoursAtMost) return [];
  const message = `"${compute}" is a spot machine for up to ${maxHours} hours, but stage "${name}" saves no checkpoints`;
  const hint = `add "checkpointEvery" to the stage, or "spot": false or "maxHours": ${hoursAtMost} to the machine`;
  const path = ['plan', name, 'compute'];
  return [{ code: 'PRN-PLAN-019', path, on: 'value', message, hint, provided: ['plan', name] }];
}
