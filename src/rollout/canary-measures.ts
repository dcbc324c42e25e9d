import { type Counted, type CountedMetric, counted, type Seen } from './counted.ts';
import { countEvidence } from './e-process.ts';
import { minimumValues, type Shift, stratifiedShift } from './mean-shift.ts';
import {
  countedEvidence,
  enoughLabels,
  type Measure,
  type Measuring,
  ratioEvidence,
  shiftEvidence,
} from './measure.ts';
import type { ArmTally, Moments, RolloutTallies } from './report.ts';

type Strata = RolloutTallies['strata'];
type Arm = 'stable' | 'canary';

/** A gate on the split traffic of the canary phase. */
export function measureCanary(measuring: Measuring, strata: Strata): Measure {
  const { metric } = measuring.gate;
  if (metric === 'latency') return measureLatency(measuring, strata);
  if (metric === 'absoluteError') return measureError(measuring, strata);
  if (metric === 'score') return measureScore(measuring, strata);
  return measureCounts(measuring, strata, metric);
}

/** Typical milliseconds of what was summed as ln(1 + ms); null of nothing. */
export function typicalOf(parts: readonly Moments[]): number | null {
  const mean = pooledMean(parts);
  return mean === null ? null : Math.expm1(mean);
}

function measureCounts(measuring: Measuring, strata: Strata, metric: CountedMetric): Measure {
  const what = counted[metric];
  const evidence = countEvidence(
    strata.map(({ share, stable, canary }) => ({ share, stable: what.events(stable), canary: what.events(canary) })),
  );
  const compared = strata.filter(({ share }) => share > 0 && share < 1);
  const canary = seen(
    what,
    strata.map((stratum) => stratum.canary),
  );
  const shown = (arm: Arm): number | null => {
    const all = seen(
      what,
      compared.map((stratum) => stratum[arm]),
    );
    return all.of === 0 ? null : finite(what.shown(all));
  };
  return {
    ...{ stable: shown('stable'), canary: shown('canary') },
    ...countedEvidence(measuring, what, evidence, canary),
    n: canary.of,
    needed: what.labelled ? Math.min(measuring.minimumRequests, enoughLabels) : measuring.minimumRequests,
  };
}

function measureLatency(measuring: Measuring, strata: Strata): Measure {
  const parts = momentsOf(strata, ({ logLatency }) => logLatency);
  const n = total(parts.map(({ canary }) => canary.n));
  return {
    stable: typicalOf(parts.map(({ stable }) => stable)),
    canary: typicalOf(parts.map(({ canary }) => canary)),
    ...ratioEvidence(measuring, stratifiedShift(parts), n),
    ...{ n, needed: Math.max(minimumValues, measuring.minimumRequests) },
  };
}

/** The ratio of two means has, by the delta method, the logarithm ln(a) - ln(b) with the variance of a / a^2 and of b / b^2. */
function measureError(measuring: Measuring, strata: Strata): Measure {
  const parts = momentsOf(strata, ({ absoluteError }) => absoluteError);
  const logs = parts.map(({ stable, canary }) => ({ stable: logarithm(stable), canary: logarithm(canary) }));
  const n = total(parts.map(({ canary }) => canary.n));
  return {
    stable: pooledMean(parts.map(({ stable }) => stable)),
    canary: pooledMean(parts.map(({ canary }) => canary)),
    ...ratioEvidence(measuring, stratifiedShift(logs), n),
    ...{ n, needed: minimumValues },
  };
}

function measureScore(measuring: Measuring, strata: Strata): Measure {
  const parts = momentsOf(strata, ({ score }) => score);
  const n = total(parts.map(({ canary }) => canary.n));
  const shift = stratifiedShift(parts);
  const unit = deviation(parts.map(({ stable }) => stable));
  return {
    stable: pooledMean(parts.map(({ stable }) => stable)),
    canary: pooledMean(parts.map(({ canary }) => canary)),
    ...shiftEvidence(measuring, shift && inUnits(shift, unit), n),
    ...{ n, needed: Math.max(minimumValues, measuring.minimumRequests) },
  };
}

/** In standard deviations of the stable version; a constant score moves by infinitely many. */
export function inUnits({ difference, variance }: Shift, unit: number): Shift {
  const scale = Math.max(unit, 1e-9);
  return { difference: difference / scale, variance: variance / scale ** 2 };
}

function momentsOf(strata: Strata, of: (arm: ArmTally) => Moments) {
  return strata
    .map(({ stable, canary }) => ({ stable: of(stable), canary: of(canary) }))
    .filter(({ stable, canary }) => stable.n > 0 && canary.n > 0);
}

function seen(what: Counted, arms: readonly ArmTally[]): Seen {
  return {
    events: total(arms.map(what.events)),
    of: total(arms.map(what.of)),
    truePositive: total(arms.map((arm) => arm.truePositive)),
    falsePositive: total(arms.map((arm) => arm.falsePositive)),
    falseNegative: total(arms.map((arm) => arm.falseNegative)),
  };
}

function logarithm({ n, mean, variance }: Moments): Moments {
  const positive = Math.max(mean, 1e-12);
  return { n, mean: Math.log(positive), variance: variance / positive ** 2 };
}

function pooledMean(parts: readonly Moments[]): number | null {
  const n = total(parts.map((part) => part.n));
  return n === 0 ? null : total(parts.map((part) => part.n * part.mean)) / n;
}

function deviation(parts: readonly Moments[]): number {
  const degrees = total(parts.map(({ n }) => Math.max(0, n - 1)));
  return degrees === 0 ? 0 : Math.sqrt(total(parts.map(({ n, variance }) => (n - 1) * variance)) / degrees);
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
