import { CancellationScope, isCancellation } from '@temporalio/workflow';

/** Whether the workflow itself was asked to stop; a child or an activity that somebody cancelled alone has only failed. */
export function stopsHere(error: unknown): boolean {
  return isCancellation(error) && CancellationScope.current().consideredCancelled;
}

/** What the innermost cause says: Temporal wraps an activity's own words several times. */
export function rootMessage(error: unknown): string {
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  return deepest instanceof Error ? deepest.message : String(deepest);
}
