import type { Random } from '../evaluation/random.ts';
import { binomial, chiSquared, normal, poisson } from './draws.ts';
import { noPairs, noRequests } from './no-traffic.ts';
import type { ArmTally, Moments, PairedTally } from './report.ts';

/** What the answers of a version are like. */
export interface Behaviour {
  /** Shares of requests: failed, slower than the champion's p95, predicted positive. */
  readonly error: number;
  readonly slow: number;
  readonly positive: number;
  /** Shares of labelled answers. */
  readonly wrong: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
  /** Mean and standard deviation of ln(latency), of the score, and of the absolute error. */
  readonly logLatency: Normal;
  readonly score: Normal;
  readonly absoluteError: Normal;
}

export interface Normal {
  readonly mean: number;
  readonly sd: number;
}

/** Sum and sum of squares of normal values. */
class Sums {
  #n = 0;
  #sum = 0;
  #squares = 0;

  /** The sum of n normal values is normal; the squares around their mean are chi-squared. */
  add(random: Random, n: number, { mean, sd }: Normal): void {
    if (n === 0) return;
    const average = mean + (sd / Math.sqrt(n)) * normal(random);
    this.#n += n;
    this.#sum += n * average;
    this.#squares += n * average * average + sd * sd * chiSquared(random, n - 1);
  }

  moments(): Moments {
    const [n, mean] = [this.#n, this.#n === 0 ? 0 : this.#sum / this.#n];
    return { n, mean, variance: n < 2 ? 0 : Math.max(0, (this.#squares - n * mean * mean) / (n - 1)) };
  }
}

/** One version's requests, counted as the log would be; its labels come when they are called for. */
export class SimulatedArm {
  readonly #random: Random;
  readonly #behaviour: Behaviour;
  #counts = { requests: 0, errors: 0, slow: 0, predictedPositive: 0 };
  #labels = { labelled: 0, wrong: 0, falsePositive: 0, falseNegative: 0, truePositive: 0 };
  readonly #sums = { logLatency: new Sums(), score: new Sums(), absoluteError: new Sums() };

  constructor(random: Random, behaviour: Behaviour) {
    this.#random = random;
    this.#behaviour = behaviour;
  }

  /** @returns how many were answered: labels may come for these */
  serve(expected: number): number {
    const { error, slow, positive, logLatency, score } = this.#behaviour;
    const random = this.#random;
    const n = poisson(random, expected);
    const errors = binomial(random, n, error);
    const answered = n - errors;
    this.#counts = {
      requests: this.#counts.requests + n,
      errors: this.#counts.errors + errors,
      slow: this.#counts.slow + binomial(random, answered, slow),
      predictedPositive: this.#counts.predictedPositive + binomial(random, answered, positive),
    };
    this.#sums.logLatency.add(random, answered, logLatency);
    this.#sums.score.add(random, answered, score);
    return answered;
  }

  label(n: number): void {
    const { wrong, falsePositive, falseNegative, positive, absoluteError } = this.#behaviour;
    const random = this.#random;
    const before = this.#labels;
    this.#labels = {
      labelled: before.labelled + n,
      wrong: before.wrong + binomial(random, n, wrong),
      falsePositive: before.falsePositive + binomial(random, n, falsePositive),
      falseNegative: before.falseNegative + binomial(random, n, falseNegative),
      truePositive: before.truePositive + binomial(random, n, Math.max(0, positive - falsePositive)),
    };
    this.#sums.absoluteError.add(random, n, absoluteError);
  }

  tally(): ArmTally {
    const { logLatency, score, absoluteError } = this.#sums;
    const moments = {
      logLatency: logLatency.moments(),
      score: score.moments(),
      absoluteError: absoluteError.moments(),
    };
    return { ...noRequests, ...this.#counts, ...this.#labels, ...moments };
  }
}

/** How alike two versions answer the same request. */
export interface Pairing {
  /** Share of labelled pairs in which exactly one is wrong, as two versions of one model usually have it. */
  readonly differing: number;
}

type Event = 'wrong' | 'slow' | 'positive' | 'falsePositive' | 'falseNegative';

/** Requests that two versions answered. */
export class SimulatedPairs {
  readonly #random: Random;
  readonly #arms: { readonly stable: Behaviour; readonly shadow: Behaviour };
  readonly #pairing: Pairing;
  #tally: PairedTally = noPairs;
  readonly #sums = { latency: new Sums(), score: new Sums(), difference: new Sums(), error: new Sums() };

  constructor(random: Random, arms: { readonly stable: Behaviour; readonly shadow: Behaviour }, pairing: Pairing) {
    this.#random = random;
    this.#arms = arms;
    this.#pairing = pairing;
  }

  /** @returns how many pairs there were: labels may come for these */
  serve(expected: number): number {
    const random = this.#random;
    const { stable, shadow } = this.#arms;
    const n = poisson(random, expected);
    const before = this.#tally;
    this.#tally = {
      ...before,
      pairs: before.pairs + n,
      stableErrors: before.stableErrors + binomial(random, n, stable.error),
      shadowErrors: before.shadowErrors + binomial(random, n, shadow.error),
      slow: this.#split(before.slow, 'slow', n),
      positive: this.#split(before.positive, 'positive', n),
    };
    const sd = Math.hypot(stable.logLatency.sd, shadow.logLatency.sd);
    this.#sums.latency.add(random, n, { mean: shadow.logLatency.mean - stable.logLatency.mean, sd });
    this.#sums.score.add(random, n, stable.score);
    this.#sums.difference.add(random, n, { mean: shadow.score.mean - stable.score.mean, sd: stable.score.sd / 2 });
    return n;
  }

  label(n: number): void {
    const before = this.#tally;
    const wrong = this.#split(
      { onlyStable: before.onlyStableWrong, onlyShadow: before.onlyShadowWrong, both: before.bothWrong },
      'wrong',
      n,
    );
    this.#tally = {
      ...before,
      labelled: before.labelled + n,
      ...{ onlyStableWrong: wrong.onlyStable, onlyShadowWrong: wrong.onlyShadow, bothWrong: wrong.both },
      falsePositive: this.#split(before.falsePositive, 'falsePositive', n),
      falseNegative: this.#split(before.falseNegative, 'falseNegative', n),
    };
    const { stable, shadow } = this.#arms;
    const ratio = Math.log(shadow.absoluteError.mean / stable.absoluteError.mean);
    if (Number.isFinite(ratio)) this.#sums.error.add(this.#random, n, { mean: ratio, sd: 1 });
  }

  tally(): PairedTally {
    return {
      ...this.#tally,
      logLatencyRatio: this.#sums.latency.moments(),
      stableScore: this.#sums.score.moments(),
      scoreDifference: this.#sums.difference.moments(),
      logErrorRatio: this.#sums.error.moments(),
    };
  }

  /** A share of the pairs differs; of these as many more fall on one side as the rates of the two differ. */
  #split(before: PairedTally['slow'], event: Event, n: number): PairedTally['slow'] {
    const [stable, shadow] = [this.#arms.stable[event], this.#arms.shadow[event]];
    const gap = shadow - stable;
    const usual = Math.min(this.#pairing.differing, 2 * Math.min(stable, 1 - stable));
    const differing = Math.min(1, Math.max(usual, Math.abs(gap)));
    const differ = binomial(this.#random, n, differing);
    const against = binomial(this.#random, differ, differing === 0 ? 0 : 0.5 + gap / 2 / differing);
    const both = binomial(
      this.#random,
      n - differ,
      Math.max(0, (stable + shadow - differing) / 2 / Math.max(1e-9, 1 - differing)),
    );
    return {
      onlyStable: before.onlyStable + differ - against,
      onlyShadow: before.onlyShadow + against,
      both: before.both + both,
    };
  }
}
