import { patched, upsertSearchAttributes } from '@temporalio/workflow';
import { sweepRecords } from './proxies.ts';
import { searchAttributes } from './search-attributes.ts';
import { sweepBeforeDesk } from './sweep-before-desk.ts';
import { SweepCourse } from './sweep-course.ts';
import type { SweepInput, SweepResult } from './sweep-shapes.ts';
import { freshState } from './sweep-state.ts';

/** Trials, `parallel` at a time, within a budget; people may steer it. Its state is small, so it can continue as new. */
export async function sweep(input: SweepInput): Promise<SweepResult> {
  if (!patched('sweep-desk')) return await sweepBeforeDesk(input);
  upsertSearchAttributes([
    { key: searchAttributes.model, value: input.request.model },
    { key: searchAttributes.stage, value: input.request.stage },
  ]);
  return await new SweepCourse(await withTakenUp(input)).carryThrough();
}

/** A sweep that goes on where another one has ended begins as if it had continued as new. */
async function withTakenUp(input: SweepInput): Promise<SweepInput> {
  const { sweep: spec, metric, request, carried } = input;
  if (carried || !spec.continues) return input;
  const { model, run, stage, seed, snapshot } = request;
  const { space, continues, trials } = spec;
  const budget = { trials, plateau: spec.budget?.plateau };
  const asked = { model, run, stage, continues, metric, seed, space, snapshot: snapshot.id, budget };
  const takenUp = await sweepRecords.takeUpSweep(asked);
  return { ...input, carried: { ...freshState({ ...input, warmStart: null }, Date.now()), ...takenUp } };
}
