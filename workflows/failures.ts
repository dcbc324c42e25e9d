import { CancellationScope, isCancellation } from '@temporalio/workflow';

/** Whether the workflow itself was asked to stop; a child or an activity that somebody cancelled alone has only failed. */
export function stopsHere(error: unknown): boolean {
  return isCancellation(error) && CancellationScope.current().consideredCancelled;
}
