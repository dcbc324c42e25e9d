import { restsOnLabels } from './counted.ts';
import type { RolloutGateResult, RolloutTallies } from './report.ts';

/** How long a step of a rollout has stood still because nothing came in. Kept with the rollout, so that it survives its worker. */
export interface StepClock {
  /** Names the step: a new one begins at zero. */
  readonly step: string;
  readonly idleMs: number;
  readonly idle: boolean;
  /** ISO instant of the last look. */
  readonly lookedAt: string;
}

export interface ClockedLook {
  readonly step: string;
  readonly at: string;
  /** A person holds the step: its time stands still anyhow. */
  readonly paused: boolean;
  readonly tallies: Pick<RolloutTallies, 'newestAt' | 'newestLabelAt'>;
  readonly gates: readonly Pick<RolloutGateResult, 'metric' | 'verdict' | 'dryRun'>[];
  /** Silence up to here is no standstill. */
  readonly quietMs: number;
}

/** Without requests, or without the labels that a gate still waits for, nothing is learned: such time does not count as having watched. */
export function nextClock(before: StepClock | null, look: ClockedLook): StepClock {
  const { step, at, paused, tallies, gates, quietMs } = look;
  const same = before !== null && before.step === step ? before : null;
  const silent = (newest: string | null): boolean => newest === null || Date.parse(at) - Date.parse(newest) > quietMs;
  const waitsForLabels = gates.some(
    ({ metric, verdict, dryRun }) => !dryRun && verdict === 'inconclusive' && restsOnLabels(metric),
  );
  const idle = silent(tallies.newestAt) || (waitsForLabels && silent(tallies.newestLabelAt));
  const since = same === null || paused || !idle ? 0 : Math.max(0, Date.parse(at) - Date.parse(same.lookedAt));
  return { step, idle, idleMs: (same?.idleMs ?? 0) + since, lookedAt: at };
}
