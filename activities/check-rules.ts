import type { FalseAlarm } from '../src/monitor/false-alarm.ts';
import type { ReferenceChoice } from '../src/monitor/select-reference.ts';
import { durationMs } from '../src/plan/duration.ts';
import { check as checkSection, type ModelFile } from '../src/plan/schema.ts';

/** What a model file says of its checks, or else what a file without "check" is checked by. */
export interface CheckRules {
  readonly window: string;
  readonly reference: ReferenceChoice;
  readonly minimumEffect: number;
  readonly falseAlarm: FalseAlarm;
  /** How the stated rate is spent; the parts sum to it. */
  readonly rates: {
    readonly drift: number;
    readonly prediction: number;
    readonly performance: number;
    readonly feedback: number;
  };
  readonly performance: { readonly metric: string; readonly drop: number } | null;
}

const dayMs = 86_400_000;
const feedbackShare = 0.1;

/**
 * A plan that an earlier release has compiled lacks the newer keys: they have their defaults.
 * @param heldBack whether some answers are held back: a tenth of the rate is theirs then
 */
export function rulesOf(file: ModelFile, { heldBack }: { readonly heldBack: boolean }): CheckRules {
  const check = checkSection.parse(file.check ?? {});
  const { falseAlarmRate, performance = null } = check;
  const feedback = heldBack ? falseAlarmRate * feedbackShare : 0;
  const rate = falseAlarmRate - feedback;
  const share = performance
    ? { drift: 0.5, prediction: 0.2, performance: 0.3 }
    : { drift: 0.7, prediction: 0.3, performance: 0 };
  return {
    window: check.window,
    reference: check.reference,
    minimumEffect: check.minimumEffect,
    falseAlarm: {
      rate: falseAlarmRate,
      periodDays: Math.max(1, Math.ceil(durationMs(check.falseAlarmPeriod) / dayMs)),
    },
    rates: {
      drift: rate * share.drift,
      prediction: rate * share.prediction,
      performance: rate * share.performance,
      feedback,
    },
    performance,
  };
}
