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
  // A trial that waits at its rung tells by its end how it stands there.
  if (!rungs || trial === null || rungs.pauseAt !== undefined) return () => undefined;
  const { sweep, metric } = rungs;
  const rule = rungs.rule ?? rungs.asha;
  if (!rule) return () => undefined;
  const sweepWorkflow = getClient().workflow.getHandle(sweep);
  let told = 0;
  return (line) => {
    const { step, of, metrics } = line;
    const value = metrics[metric];
    const rung = checkedSteps(rule, of).findLast((each) => each <= step);
    if (rung === undefined || rung <= told || value === undefined) return;
    told = rung;
    sweepWorkflow
      .signal(rungSignal, { trial, step: rung, value, ...foldsOf(line, metric) })
      .catch((error: unknown) => log.warn(`trial ${trial} is not compared at step ${rung}`, { error }));
  };
}

/** The metric in every fold; nothing where one of them has it not. */
export function foldsOf(
  { folds = [] }: Pick<ProgressLine, 'folds'>,
  metric: string,
): { readonly folds?: readonly number[] } {
  const values = folds.map((each) => each[metric]).filter((value) => value !== undefined);
  return values.length > 0 && values.length === folds.length ? { folds: values } : {};
}
