import type { AskOptuna } from './optuna-ask.ts';
import { type SweepRecord, settled, type TrialRecord } from './record.ts';
import { areSame, type Parameters } from './space.ts';
import { suggestAll } from './suggested.ts';
import type { SuggestionRequest } from './warm-start.ts';

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
 * @throws PRN-SWEEP-002 the sampler is Optuna's, and it is not installed here
 */
export async function verifySweep(record: SweepRecord, askOptuna: AskOptuna): Promise<Verification> {
  const parameters = new Map([...record.trials, ...record.cutOff].map((each) => [each.trial, each.parameters]));
  // One that went on from a rung was suggested once.
  const suggestions = record.trials.filter(({ resumedFrom }) => resumedFrom === undefined);
  const requests = suggestions.map((each) => requestOf(record, parameters, each));
  const again = await suggestAll(requests, askOptuna);
  const differing = suggestions.flatMap(({ trial, parameters: recorded }, at) => {
    const suggested = again[at] ?? {};
    return areSame(suggested, recorded) ? [] : [{ trial, recorded, suggested }];
  });
  const checked = suggestions.length;
  return { checked, matched: checked - differing.length, differing, unknown: record.cutOff.length };
}

function requestOf(
  { space, seed, direction, sampler, trials, warmStart, prior }: SweepRecord,
  parameters: ReadonlyMap<number, Parameters>,
  { trial, knew, beside }: TrialRecord,
): SuggestionRequest {
  return {
    ...{ space, seed, direction, sampler },
    observations: settled(trials.slice(0, knew)),
    running: beside.map((other) => parameters.get(other)).filter((other) => other !== undefined),
    trialNumber: trial,
    warmStart: warmStart[trial] ?? null,
    prior,
  };
}
