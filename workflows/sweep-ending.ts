import { ApplicationFailure } from '@temporalio/workflow';
import { durationMs } from '../src/plan/duration.ts';
import type { Budget, Tally } from '../src/sweep/budget.ts';
import type { SweepInput } from './sweep-shapes.ts';

/** What ends a sweep. @param planned how many trials shall finish, after people have changed it */
export function budgetOf({ sweep }: SweepInput, planned: number): Budget {
  const { time, usd, target, plateau } = sweep.budget ?? {};
  return { trials: planned, timeMs: time === undefined ? undefined : durationMs(time), usd, target, plateau };
}

/** The failure of a sweep of which no trial can be taken: what its trainer does wrong, as far as anybody knows. */
export function withoutValue(
  { metric }: SweepInput,
  about: { readonly tally: Tally; readonly firstFailure: string | null; readonly ended: string },
): ApplicationFailure {
  const { finished, failed } = about.tally;
  const none = `none of the ${finished + failed} trials has a value of ${metric}`;
  const silent = finished === 0 ? about.ended : 'the trainer does not report this metric as a number';
  const why = about.firstFailure ? `the first failure: ${about.firstFailure}` : silent;
  return ApplicationFailure.create({ type: 'PRN-SWEEP-001', nonRetryable: true, message: `${none}; ${why}` });
}
