import { getClient, log } from '@temporalio/activity';
import { checkedSteps } from '../src/sweep/stopping.ts';
import type { ProgressLine } from '../src/training/contract.ts';
import type { TrainRequest } from '../src/training/request.ts';
import { rungSignal } from '../workflows/messages.ts';

/**
 * Tells the sweep when this trial has come to a rung. The first step at or after the rung counts, as a resumed trainer or one that speaks
 * seldom may not report the rung itself. A sweep that cannot be told just trains the trial to its end.
 */
export function rungTeller({ trial, rungs }: TrainRequest): (line: ProgressLine) => void {
  if (!rungs || trial === null) return () => undefined;
  const { sweep, metric } = rungs;
  const rule = rungs.rule ?? rungs.asha;
  if (!rule) return () => undefined;
  const sweepWorkflow = getClient().workflow.getHandle(sweep);
  let told = 0;
  return ({ step, of, metrics }) => {
    const value = metrics[metric];
    const rung = checkedSteps(rule, of).findLast((each) => each <= step);
    if (rung === undefined || rung <= told || value === undefined) return;
    told = rung;
    sweepWorkflow
      .signal(rungSignal, { trial, step: rung, value })
      .catch((error: unknown) => log.warn(`trial ${trial} is not compared at step ${rung}`, { error }));
  };
}
