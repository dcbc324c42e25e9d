import { patched, upsertSearchAttributes } from '@temporalio/workflow';
import { searchAttributes } from './search-attributes.ts';
import { sweepBeforeDesk } from './sweep-before-desk.ts';
import { SweepCourse } from './sweep-course.ts';
import type { SweepInput, SweepResult } from './sweep-shapes.ts';

/** Trials as children, `parallel` at a time, within a budget; people may steer it. Its state is small, so it can continue as new. */
export async function sweep(input: SweepInput): Promise<SweepResult> {
  if (!patched('sweep-desk')) return await sweepBeforeDesk(input);
  upsertSearchAttributes([
    { key: searchAttributes.model, value: input.request.model },
    { key: searchAttributes.stage, value: input.request.stage },
  ]);
  return await new SweepCourse(input).carryThrough();
}
