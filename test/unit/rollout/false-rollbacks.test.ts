import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../../src/evaluation/random.ts';
import type { RolloutGate } from '../../../src/plan/schema.ts';
import { judgeLook } from '../../../src/rollout/judge.ts';
import { noPairs, noRequests, noTraffic } from '../../../src/rollout/no-traffic.ts';
import type { ArmTally, RolloutTallies } from '../../../src/rollout/report.ts';

const gates: RolloutGate[] = [
  { metric: 'errorRate', worseBy: 0 },
  { metric: 'latency', worseBy: 0 },
  { metric: 'accuracy', worseBy: 0 },
  { metric: 'classBalance', worseBy: 0 },
];

/** One request of an arm. */
interface Behaviour {
  readonly error: number;
  readonly wrong: number;
  readonly positive: number;
  readonly latency: number;
}

const stable: Behaviour = { error: 0.02, wrong: 0.28, positive: 0.2, latency: 0 };

describe('looking at a canary again and again', () => {
  it('rolls back at most 5 % of 200 canaries that are the stable version itself, over 60 looks at a ramp of weights', () => {
    const random = seededRandom(11);
    let rolledBack = 0;
    for (let canary = 0; canary < 200; canary += 1) if (firstFailure(random, stable, 60, 150) !== null) rolledBack += 1;
    expect(rolledBack / 200).toBeLessThanOrEqual(0.05);
  });

  it('finds 20 points more errors within 40 canary requests in the median, and 10 points less accuracy at all', () => {
    const random = seededRandom(12);
    const broken = Array.from({ length: 100 }, () => firstFailure(random, { ...stable, error: 0.22 }, 100, 20));
    const requests = broken.map((look) => (look ?? Number.POSITIVE_INFINITY) * 20 * 0.05).sort((a, b) => a - b);
    expect(requests[50]).toBeLessThanOrEqual(40);
    const worse = Array.from({ length: 40 }, () => firstFailure(random, { ...stable, wrong: 0.38 }, 60, 150));
    expect(worse.filter((look) => look !== null).length).toBeGreaterThanOrEqual(38);
  });
});

describe('looking at a shadow again and again', () => {
  const accuracy: RolloutGate[] = [{ metric: 'accuracy', worseBy: 0.01 }];

  it('withdraws at most 5 % of 400 versions that err exactly as often as the margin allows', () => {
    const random = seededRandom(13);
    let withdrawn = 0;
    for (let version = 0; version < 400; version += 1)
      if (firstShadowFailure(random, accuracy, { onlyStable: 0.05, onlyShadow: 0.0528, both: 0.23 }) !== null)
        withdrawn += 1;
    expect(withdrawn / 400).toBeLessThanOrEqual(0.05);
  });

  it('finds 3 points more wrong answers within 4,000 pairs nearly always', () => {
    const random = seededRandom(14);
    const worse = Array.from({ length: 50 }, () =>
      firstShadowFailure(random, accuracy, { onlyStable: 0.035, onlyShadow: 0.068, both: 0.23 }),
    );
    expect(worse.filter((look) => look !== null).length).toBeGreaterThanOrEqual(47);
  });
});

/** The look at which the canary is rolled back, or null. The share goes 5 %, 25 %, 50 %. */
function firstFailure(random: Random, canary: Behaviour, looks: number, requestsPerLook: number): number | null {
  const strata: { readonly share: number; readonly stable: Counter; readonly canary: Counter }[] = [];
  for (let look = 1; look <= looks; look += 1) {
    const share = [0.05, 0.25, 0.5][Math.floor((look - 1) / (looks / 3))] ?? 0.5;
    if (strata.at(-1)?.share !== share) strata.push({ share, stable: new Counter(), canary: new Counter() });
    const stratum = strata[strata.length - 1] as (typeof strata)[number];
    for (let request = 0; request < requestsPerLook; request += 1) {
      if (random() < share) stratum.canary.add(random, canary);
      else stratum.stable.add(random, stable);
    }
    const tallies = {
      ...noTraffic,
      strata: strata.map((s) => ({ share: s.share, stable: s.stable.tally(), canary: s.canary.tally() })),
    };
    if (verdict('canary', tallies, gates) === 'fail') return look;
  }
  return null;
}

function firstShadowFailure(
  random: Random,
  shadowGates: RolloutGate[],
  share: { readonly onlyStable: number; readonly onlyShadow: number; readonly both: number },
): number | null {
  let [pairs, onlyStableWrong, onlyShadowWrong, bothWrong] = [0, 0, 0, 0];
  for (let look = 1; look <= 50; look += 1) {
    for (let pair = 0; pair < 80; pair += 1) {
      const draw = random();
      pairs += 1;
      if (draw < share.onlyStable) onlyStableWrong += 1;
      else if (draw < share.onlyStable + share.onlyShadow) onlyShadowWrong += 1;
      else if (draw < share.onlyStable + share.onlyShadow + share.both) bothWrong += 1;
    }
    const shadow = { ...noPairs, pairs, labelled: pairs, onlyStableWrong, onlyShadowWrong, bothWrong };
    if (verdict('shadow', { ...noTraffic, shadow }, shadowGates) === 'fail') return look;
  }
  return null;
}

function verdict(phase: 'shadow' | 'canary', tallies: RolloutTallies, judged: RolloutGate[]): string {
  const look = { rollout: 'r', phase, weight: 0.05, at: '', tallies, gates: judged };
  return judgeLook({ ...look, falseRollbackRate: 0.05, minimumRequests: 100, quick: true }).verdict;
}

/** Counts requests as the log does; the latency is log-normal. */
class Counter {
  #requests = 0;
  #errors = 0;
  #wrong = 0;
  #positive = 0;
  #answered = 0;
  #sum = 0;
  #squares = 0;

  add(random: Random, behaviour: Behaviour): void {
    this.#requests += 1;
    if (random() < behaviour.error) {
      this.#errors += 1;
      return;
    }
    this.#answered += 1;
    if (random() < behaviour.wrong) this.#wrong += 1;
    if (random() < behaviour.positive) this.#positive += 1;
    // The sum of three uniform numbers is normal enough, and quick.
    const logLatency = behaviour.latency + 0.5 * 2 * (random() + random() + random() - 1.5);
    this.#sum += logLatency;
    this.#squares += logLatency * logLatency;
  }

  tally(): ArmTally {
    const n = this.#answered;
    const mean = n === 0 ? 0 : this.#sum / n;
    const variance = n < 2 ? 0 : (this.#squares - n * mean * mean) / (n - 1);
    return {
      ...noRequests,
      requests: this.#requests,
      errors: this.#errors,
      labelled: n,
      wrong: this.#wrong,
      predictedPositive: this.#positive,
      logLatency: { n, mean, variance },
    };
  }
}
