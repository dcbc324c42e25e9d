import type { SweepRecord, TrialRecord } from './record.ts';
import { areSame, type Parameters } from './space.ts';
import { suggested } from './warm-start.ts';

export interface Verification {
  /** Trials whose suggestion was made again from what it was made from. */
  readonly checked: number;
  readonly matched: number;
  /** Trials that have other parameters than their suggestion: another release, another engine, or a retried stage that found earlier results. */
  readonly differing: readonly {
    readonly trial: number;
    readonly recorded: Parameters;
    readonly suggested: Parameters;
  }[];
  /** Trials that were ended with the sweep: of them the parameters are kept, and not what they were made from. */
  readonly unknown: number;
}

/**
 * Makes every suggestion of a sweep again from its record: the trials that had ended by then, in the order in which they ended, and those
 * that ran beside it. Parameters count as the same only bit for bit.
 */
export function verifySweep(record: SweepRecord): Verification {
  const parameters = new Map([...record.trials, ...record.cutOff].map((each) => [each.trial, each.parameters]));
  const differing = record.trials.flatMap((each) => {
    const again = suggestedAgain(record, parameters, each);
    return areSame(again, each.parameters) ? [] : [{ trial: each.trial, recorded: each.parameters, suggested: again }];
  });
  const checked = record.trials.length;
  return { checked, matched: checked - differing.length, differing, unknown: record.cutOff.length };
}

function suggestedAgain(
  { space, seed, direction, sampler, trials, warmStart }: SweepRecord,
  parameters: ReadonlyMap<number, Parameters>,
  { trial, knew, beside }: TrialRecord,
): Parameters {
  return suggested({
    ...{ space, seed, direction, sampler },
    observations: trials.slice(0, knew),
    running: beside.map((other) => parameters.get(other)).filter((other) => other !== undefined),
    trialNumber: trial,
    warmStart: warmStart[trial] ?? null,
  });
}
