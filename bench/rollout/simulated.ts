import { type Random, seededRandom } from '../../src/evaluation/random.ts';
import type { RolloutGate } from '../../src/plan/schema.ts';
import { judgeLook } from '../../src/rollout/judge.ts';
import { noPairs, noRequests, noTraffic } from '../../src/rollout/no-traffic.ts';
import type { ArmTally, Moments, PairedTally } from '../../src/rollout/report.ts';

/** What the requests of one version look like; latency as the mean of its logarithm. */
export interface Behaviour {
  readonly error: number;
  readonly wrong: number;
  readonly slow: number;
  readonly positive: number;
  readonly logLatency: number;
  readonly score: number;
}

/** As in the peers' comparison: 10,000 requests an hour, 5 % of them on the canary, 1 % errors, 27.6 % wrong answers. */
export const champion: Behaviour = { error: 0.01, wrong: 0.276, slow: 0.05, positive: 0.2, logLatency: 0, score: 0.3 };
export const requestsPerHour = 10_000;
export const share = 0.05;
const latencySpread = 0.5;
const scoreSpread = 0.2;

export const sixGates: readonly RolloutGate[] = [
  { metric: 'errorRate', worseBy: 0 },
  { metric: 'latency', worseBy: 0 },
  { metric: 'slowRequests', worseBy: 0 },
  { metric: 'accuracy', worseBy: 0 },
  { metric: 'classBalance', worseBy: 0 },
  { metric: 'score', worseBy: 0 },
];

/** One version's requests, counted as the log would be. */
export class SimulatedArm {
  readonly #random: Random;
  readonly #behaviour: Behaviour;
  readonly counts = { requests: 0, errors: 0, slow: 0, labelled: 0, wrong: 0, predictedPositive: 0 };
  readonly #latency = { sum: 0, squares: 0 };
  readonly #score = { sum: 0, squares: 0 };

  constructor(random: Random, behaviour: Behaviour) {
    this.#random = random;
    this.#behaviour = behaviour;
  }

  /** `mean` requests are expected. */
  serve(mean: number): void {
    const { error, wrong, slow, positive, logLatency, score } = this.#behaviour;
    const n = poisson(this.#random, mean);
    const errors = binomial(this.#random, n, error);
    const answered = n - errors;
    this.counts.requests += n;
    this.counts.errors += errors;
    this.counts.labelled += answered;
    this.counts.wrong += binomial(this.#random, answered, wrong);
    this.counts.slow += binomial(this.#random, answered, slow);
    this.counts.predictedPositive += binomial(this.#random, answered, positive);
    add(this.#random, this.#latency, { n: answered, mean: logLatency, spread: latencySpread });
    add(this.#random, this.#score, { n: answered, mean: score, spread: scoreSpread });
  }

  tally(): ArmTally {
    const n = this.counts.labelled;
    return { ...noRequests, ...this.counts, logLatency: moments(n, this.#latency), score: moments(n, this.#score) };
  }
}

export interface Found {
  /** Minutes until the roll-back; null: none in the time. */
  readonly minutes: number | null;
  readonly metric: string | null;
}

/** A canary that is looked at again and again by the rollout's own judge. `watching` sees both arms at each look as well. */
export function watchCanary(
  random: Random,
  canary: Behaviour,
  {
    gates,
    hours,
    lookEverySeconds,
  }: { readonly gates: readonly RolloutGate[]; readonly hours: number; readonly lookEverySeconds: number },
  watching: (stable: ArmTally, canary: ArmTally) => void = () => undefined,
): Found {
  const arms = { stable: new SimulatedArm(random, champion), canary: new SimulatedArm(random, canary) };
  const perLook = (requestsPerHour / 3600) * lookEverySeconds;
  let found: Found = { minutes: null, metric: null };
  for (let look = 1; look <= (hours * 3600) / lookEverySeconds; look += 1) {
    arms.stable.serve(perLook * (1 - share));
    arms.canary.serve(perLook * share);
    const [stable, candidate] = [arms.stable.tally(), arms.canary.tally()];
    watching(stable, candidate);
    if (found.minutes !== null) continue;
    const tallies = { ...noTraffic, strata: [{ share, stable, canary: candidate }] };
    const failed = judged('canary', tallies, gates).gates.find(({ verdict }) => verdict === 'fail');
    if (failed) found = { minutes: (look * lookEverySeconds) / 60, metric: failed.metric };
    if (found.minutes !== null && watching.length === 0) return found;
  }
  return found;
}

/** Copies of every request: 10 % of the pairs differ, of which `loss` points more against the shadow. */
export function watchShadow(random: Random, loss: number, gates: readonly RolloutGate[], hours: number): Found {
  const lookEverySeconds = 10;
  const differing = 0.1;
  let pairs: PairedTally = noPairs;
  for (let look = 1; look <= (hours * 3600) / lookEverySeconds; look += 1) {
    const n = poisson(random, (requestsPerHour / 3600) * lookEverySeconds);
    const differ = binomial(random, n, differing);
    const against = binomial(random, differ, 0.5 + loss / 2 / differing);
    const both = binomial(random, n - differ, champion.wrong - differing / 2);
    const errors = { stable: binomial(random, n, champion.error), shadow: binomial(random, n, champion.error) };
    pairs = {
      ...pairs,
      pairs: pairs.pairs + n,
      labelled: pairs.labelled + n,
      onlyShadowWrong: pairs.onlyShadowWrong + against,
      onlyStableWrong: pairs.onlyStableWrong + differ - against,
      bothWrong: pairs.bothWrong + both,
      stableErrors: pairs.stableErrors + errors.stable,
      shadowErrors: pairs.shadowErrors + errors.shadow,
    };
    const failed = judged('shadow', { ...noTraffic, shadow: pairs }, gates).gates.find(
      ({ verdict }) => verdict === 'fail',
    );
    if (failed) return { minutes: (look * lookEverySeconds) / 60, metric: failed.metric };
  }
  return { minutes: null, metric: null };
}

export const generator = (seed: number): Random => seededRandom(seed);

function judged(
  phase: 'shadow' | 'canary',
  tallies: Parameters<typeof judgeLook>[0]['tallies'],
  gates: readonly RolloutGate[],
) {
  const look = { rollout: 'simulated', phase, weight: share, at: '', tallies, gates, quick: true };
  return judgeLook({ ...look, falseRollbackRate: 0.05, minimumRequests: 100 });
}

/** Adds the sum and the sum of squares of `n` normal values: the one is normal, the other, around the mean, chi-squared. */
function add(
  random: Random,
  into: { sum: number; squares: number },
  { n, mean, spread }: { readonly n: number; readonly mean: number; readonly spread: number },
): void {
  if (n === 0) return;
  const average = mean + (spread / Math.sqrt(n)) * normal(random);
  into.sum += n * average;
  into.squares += n * average * average + spread * spread * chiSquared(random, n - 1);
}

function moments(n: number, { sum, squares }: { readonly sum: number; readonly squares: number }): Moments {
  const mean = n === 0 ? 0 : sum / n;
  return { n, mean, variance: n < 2 ? 0 : Math.max(0, (squares - n * mean * mean) / (n - 1)) };
}

function chiSquared(random: Random, degrees: number): number {
  if (degrees > 60) return Math.max(0, degrees + Math.sqrt(2 * degrees) * normal(random));
  let sum = 0;
  for (let index = 0; index < degrees; index += 1) sum += normal(random) ** 2;
  return sum;
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function poisson(random: Random, mean: number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const floor = Math.exp(-mean);
  let [count, product] = [0, random()];
  while (product > floor) {
    count += 1;
    product *= random();
  }
  return count;
}

/** By inversion: as many steps as there are events. */
function binomial(random: Random, n: number, p: number): number {
  if (n * p > 60) return Math.min(n, Math.max(0, Math.round(n * p + Math.sqrt(n * p * (1 - p)) * normal(random))));
  const odds = p / (1 - p);
  let probability = (1 - p) ** n;
  let draw = random();
  let count = 0;
  while (draw > probability && count < n) {
    draw -= probability;
    probability *= (odds * (n - count)) / (count + 1);
    count += 1;
  }
  return count;
}
