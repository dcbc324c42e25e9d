import type { Random } from '../evaluation/random.ts';
import { durationMs } from '../plan/duration.ts';
import type { RolloutStage } from '../plan/schema.ts';
import type { Expected } from './harm.ts';
import { judgeLook } from './judge.ts';
import { noTraffic } from './no-traffic.ts';
import type { RolloutTallies } from './report.ts';
import { type Behaviour, SimulatedArm, SimulatedPairs } from './simulated-traffic.ts';

export interface Playing {
  readonly random: Random;
  readonly spec: RolloutStage;
  readonly expected: Expected;
  readonly candidate: Behaviour;
}

export interface Played {
  readonly end: 'promoted' | 'rolled-back' | 'unproven';
  /** Since the rollout began. */
  readonly ms: number;
  /** Requests that the new version answered to callers. */
  readonly answered: number;
}

/** Looks of a step's planned time, and as many of its extension: fewer than there will be, so that times are rounded up. */
const looksPerStep = 60;
/** Two versions of one model, as a rule: one answer in ten is right where the other is wrong. */
const pairing = { differing: 0.1 };

/** One rollout from shadow to promotion, looked at as the real one is, on traffic that is drawn. */
export function playRollout(playing: Playing): Played {
  const { spec } = playing;
  const world = new World(playing);
  const steps = [
    ...(durationMs(spec.shadow) > 0 ? [{ weight: 0, forMs: durationMs(spec.shadow) }] : []),
    ...spec.steps
      .filter(({ weight }) => weight < 1)
      .map((step) => ({ weight: step.weight, forMs: durationMs(step.for) })),
  ];
  for (const step of steps) {
    const end = playStep(playing, world, step);
    if (end !== 'passed') return { end, ms: world.nowMs, answered: world.answered };
  }
  return { end: 'promoted', ms: world.nowMs, answered: world.answered };
}

function playStep(
  { spec, expected }: Playing,
  world: World,
  { weight, forMs }: { readonly weight: number; readonly forMs: number },
): 'passed' | 'rolled-back' | 'unproven' {
  const phase = weight === 0 ? 'shadow' : 'canary';
  world.enter(weight);
  const startMs = world.nowMs;
  // Labels that have not come yet stop the clock.
  const extendMs = durationMs(spec.extendAtMost) + expected.labelAfterMs;
  const lookMs = durationMs(spec.lookEvery);
  for (;;) {
    const passedMs = world.nowMs - startMs;
    world.advance(Math.max(lookMs, (passedMs < forMs ? forMs : Math.max(forMs, extendMs / 4)) / looksPerStep));
    const { gates, falseRollbackRate, minimumRequests } = spec;
    const shown = { rollout: '', weight, at: '', quick: true } as const;
    const { verdict } = judgeLook({
      ...shown,
      phase,
      tallies: world.tallies(),
      gates,
      falseRollbackRate,
      minimumRequests,
    });
    if (verdict === 'fail') return 'rolled-back';
    if (verdict === 'pass' && world.nowMs - startMs >= forMs) return 'passed';
    if (world.nowMs - startMs >= forMs + extendMs) return 'unproven';
  }
}

interface Pending {
  readonly dueMs: number;
  readonly give: () => void;
}

/** The simulated time, its requests, and the labels that are on their way. */
class World {
  nowMs = 0;
  answered = 0;
  readonly #playing: Playing;
  readonly #pairs: SimulatedPairs;
  readonly #strata: { readonly share: number; readonly stable: SimulatedArm; readonly canary: SimulatedArm }[] = [];
  #weight = 0;
  #pending: Pending[] = [];

  constructor(playing: Playing) {
    const { random, expected, candidate } = playing;
    this.#playing = playing;
    this.#pairs = new SimulatedPairs(random, { stable: expected.behaviour, shadow: candidate }, pairing);
  }

  enter(weight: number): void {
    const { random, expected, candidate } = this.#playing;
    this.#weight = weight;
    if (weight === 0) return;
    const arms = { stable: new SimulatedArm(random, expected.behaviour), canary: new SimulatedArm(random, candidate) };
    this.#strata.push({ share: weight, ...arms });
  }

  advance(ms: number): void {
    const { expected } = this.#playing;
    this.nowMs += ms;
    const requests = (expected.requestsPerHour * ms) / 3_600_000;
    const stratum = this.#strata.at(-1);
    if (this.#weight === 0) this.#await(this.#pairs.serve(requests), (n) => this.#pairs.label(n));
    else if (stratum) {
      const { stable, canary, share } = stratum;
      this.#await(stable.serve(requests * (1 - share)), (n) => stable.label(n));
      const served = canary.serve(requests * share);
      this.answered += served;
      this.#await(served, (n) => canary.label(n));
    }
    const due = this.#pending.filter(({ dueMs }) => dueMs <= this.nowMs);
    this.#pending = this.#pending.filter(({ dueMs }) => dueMs > this.nowMs);
    for (const { give } of due) give();
  }

  tallies(): RolloutTallies {
    const strata = this.#strata.map(({ share, stable, canary }) => ({
      share,
      stable: stable.tally(),
      canary: canary.tally(),
    }));
    return { ...noTraffic, strata, shadow: this.#pairs.tally() };
  }

  #await(answered: number, label: (n: number) => void): void {
    const { labelled, labelAfterMs } = this.#playing.expected;
    const n = Math.round(answered * labelled);
    if (n > 0) this.#pending.push({ dueMs: this.nowMs + labelAfterMs, give: () => label(n) });
  }
}
