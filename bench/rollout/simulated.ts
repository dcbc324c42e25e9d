import { type Random, seededRandom } from '../../src/evaluation/random.ts';
import type { RolloutGate } from '../../src/plan/schema.ts';
import { judgeLook } from '../../src/rollout/judge.ts';
import { noTraffic } from '../../src/rollout/no-traffic.ts';
import type { ArmTally } from '../../src/rollout/report.ts';
import { type Behaviour, SimulatedArm, SimulatedPairs } from '../../src/rollout/simulated-traffic.ts';

/** As in the peers' comparison: 10,000 requests an hour, 5 % of them on the canary, 1 % errors, 27.6 % wrong answers. */
export const champion: Behaviour = {
  ...{ error: 0.01, wrong: 0.276, slow: 0.05, positive: 0.2, falsePositive: 0.08, falseNegative: 0.196 },
  ...{ logLatency: { mean: 0, sd: 0.5 }, score: { mean: 0.3, sd: 0.2 }, absoluteError: { mean: 1, sd: 1 } },
};
const requestsPerHour = 10_000;
const share = 0.05;

export const sixGates: readonly RolloutGate[] = [
  { metric: 'errorRate', worseBy: 0, provenWithin: null },
  { metric: 'latency', worseBy: 0, provenWithin: null },
  { metric: 'slowRequests', worseBy: 0, provenWithin: null },
  { metric: 'accuracy', worseBy: 0, provenWithin: null },
  { metric: 'classBalance', worseBy: 0, provenWithin: null },
  { metric: 'score', worseBy: 0, provenWithin: null },
];

/** Minutes until the roll-back; null: none in the time. */
export type Minutes = number | null;

export interface Watch {
  readonly gates: readonly RolloutGate[];
  readonly hours: number;
  readonly lookEverySeconds: number;
  /** Sees both arms at each look, also after the roll-back: for rules beside ours. */
  readonly beside?: (stable: ArmTally, canary: ArmTally) => void;
}

/** A canary that is looked at again and again by the rollout's own judge; labels come at once. */
export function watchCanary(random: Random, canary: Behaviour, watch: Watch): Minutes {
  const { gates, hours, lookEverySeconds, beside } = watch;
  const arms = { stable: new SimulatedArm(random, champion), canary: new SimulatedArm(random, canary) };
  const perLook = (requestsPerHour / 3600) * lookEverySeconds;
  let found: Minutes = null;
  for (let look = 1; look <= (hours * 3600) / lookEverySeconds; look += 1) {
    arms.stable.label(arms.stable.serve(perLook * (1 - share)));
    arms.canary.label(arms.canary.serve(perLook * share));
    const stratum = { share, stable: arms.stable.tally(), canary: arms.canary.tally() };
    beside?.(stratum.stable, stratum.canary);
    if (found === null && fails('canary', { ...noTraffic, strata: [stratum] }, gates))
      found = (look * lookEverySeconds) / 60;
    if (found !== null && beside === undefined) return found;
  }
  return found;
}

/** Copies of every request; 10 % of the answers differ in being right. */
export function watchShadow(random: Random, shadow: Behaviour, { gates, hours, lookEverySeconds }: Watch): Minutes {
  const pairs = new SimulatedPairs(random, { stable: champion, shadow }, { differing: 0.1 });
  for (let look = 1; look <= (hours * 3600) / lookEverySeconds; look += 1) {
    pairs.label(pairs.serve((requestsPerHour / 3600) * lookEverySeconds));
    if (fails('shadow', { ...noTraffic, shadow: pairs.tally() }, gates)) return (look * lookEverySeconds) / 60;
  }
  return null;
}

export const generator = (seed: number): Random => seededRandom(seed);

function fails(phase: 'shadow' | 'canary', tallies: typeof noTraffic, gates: readonly RolloutGate[]): boolean {
  const look = { rollout: 'simulated', phase, weight: share, at: '', tallies, gates, quick: true };
  return judgeLook({ ...look, falseRollbackRate: 0.05, minimumRequests: 100 }).verdict === 'fail';
}
