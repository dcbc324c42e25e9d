import type { Interval } from '../evaluation/report.ts';
import type { RolloutGate } from '../plan/schema.ts';
import { countEvidence, eValueAbove, eValueBelow, type LogEvidence, ratioInterval } from './e-process.ts';
import { latencyEValue, latencyInterval, minimumLatencies, type Shift, stratifiedShift } from './log-latency.ts';
import type { ArmTally, RolloutTallies } from './report.ts';

/** What one gate sees, before its verdict. */
export interface Measure {
  readonly stable: number | null;
  readonly canary: number | null;
  readonly eValue: number;
  readonly interval: Interval | null;
  /** Observations of the canary that the gate rests on, and how many it needs before it may pass. */
  readonly n: number;
  readonly needed: number;
}

/** Labels come late and latencies are many: neither has to wait for more than this. */
export const enoughLabels = 50;

/** A gate on the split traffic of the canary phase. */
export function measureCanary(
  { metric, worseBy }: RolloutGate,
  { strata }: RolloutTallies,
  threshold: number,
  minimumRequests: number,
): Measure {
  if (metric === 'latency') return measureLatency(strata, Math.log1p(worseBy), threshold, minimumRequests);
  const { events, of } = counted[metric];
  const evidence = countEvidence(
    strata.map(({ share, stable, canary }) => ({ share, stable: events(stable), canary: events(canary) })),
  );
  const compared = strata.filter(({ share }) => share > 0 && share < 1);
  const rate = (arm: 'stable' | 'canary'): number | null => {
    const trials = total(compared, (stratum) => of(stratum[arm]));
    return trials === 0 ? null : total(compared, (stratum) => events(stratum[arm])) / trials;
  };
  return {
    ...shown(metric, rate('stable'), rate('canary')),
    eValue: metric === 'classBalance' ? twoSided(evidence, worseBy) : eValueAbove(evidence, 1 + worseBy),
    // Either half of the two-sided bet decides at twice the threshold.
    interval: ratioInterval(evidence, metric === 'classBalance' ? 2 * threshold : threshold),
    n: total(strata, ({ canary }) => of(canary)),
    needed: metric === 'accuracy' ? Math.min(minimumRequests, enoughLabels) : minimumRequests,
  };
}

/** People read accuracy, the test counts wrong answers. */
export function shown(
  metric: RolloutGate['metric'],
  stable: number | null,
  canary: number | null,
): Pick<Measure, 'stable' | 'canary'> {
  if (metric !== 'accuracy') return { stable, canary };
  return { stable: stable === null ? null : 1 - stable, canary: canary === null ? null : 1 - canary };
}

export function latencyEvidence(
  shift: Shift | null,
  margin: number,
  n: number,
  threshold: number,
): Pick<Measure, 'eValue' | 'interval'> {
  if (shift === null || n < minimumLatencies) return { eValue: 1, interval: null };
  return { eValue: latencyEValue(shift, margin), interval: latencyInterval(shift, margin, threshold) };
}

/** Geometric mean in milliseconds. */
export function typicalLatency(arms: readonly ArmTally['logLatency'][]): number | null {
  const n = total(arms, (arm) => arm.n);
  return n === 0 ? null : Math.exp(total(arms, (arm) => arm.n * arm.mean) / n);
}

const counted = {
  errorRate: { events: (arm: ArmTally) => arm.errors, of: (arm: ArmTally) => arm.requests },
  accuracy: { events: (arm: ArmTally) => arm.wrong, of: (arm: ArmTally) => arm.labelled },
  classBalance: { events: (arm: ArmTally) => arm.predictedPositive, of: (arm: ArmTally) => arm.requests },
} as const;

/** Half of the bet on "more often", half on "less often": tolerated are ratios from 1 / (1 + w) to 1 + w. */
function twoSided(evidence: LogEvidence, worseBy: number): number {
  return (eValueAbove(evidence, 1 + worseBy) + eValueBelow(evidence, 1 / (1 + worseBy))) / 2;
}

function measureLatency(
  strata: RolloutTallies['strata'],
  margin: number,
  threshold: number,
  minimumRequests: number,
): Measure {
  const latencies = strata.map(({ stable, canary }) => ({ stable: stable.logLatency, canary: canary.logLatency }));
  const compared = latencies.filter(({ stable, canary }) => stable.n > 0 && canary.n > 0);
  const n = total(compared, ({ canary }) => canary.n);
  return {
    stable: typicalLatency(compared.map(({ stable }) => stable)),
    canary: typicalLatency(compared.map(({ canary }) => canary)),
    ...latencyEvidence(stratifiedShift(latencies), margin, n, threshold),
    n,
    needed: Math.max(minimumLatencies, minimumRequests),
  };
}

function total<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
