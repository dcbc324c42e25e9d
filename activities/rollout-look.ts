import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { readText } from '../src/artifacts/read-text.ts';
import { durationMs } from '../src/plan/duration.ts';
import type { Registry, Route } from '../src/registry/registry.ts';
import { judgeLook } from '../src/rollout/judge.ts';
import type { RolloutLook } from '../src/rollout/report.ts';
import { nextClock, type StepClock } from '../src/rollout/step-clock.ts';
import { positiveAnswer, type Traffic } from '../src/rollout/traffic.ts';
import type { StepEnd, WatchRequest } from './rollout-requests.ts';

export interface Looking {
  readonly registry: Registry;
  readonly traffic: Traffic;
  readonly store: ObjectStore;
  readonly now: () => Date;
  /** ISO instant until which a renewed lease lasts. */
  readonly lease: () => string;
}

/** Silence shorter than this is usual at night. */
const leastQuietMs = 60_000;

/** One look: renew the lease, count, judge, keep the picture for whoever watches. Null when the step goes on. */
export async function lookOnce(looking: Looking, request: WatchRequest): Promise<StepEnd | null> {
  const { registry, store, lease } = looking;
  const { model, rollout } = request;
  const renewed = await registry.renewLease(model, rollout, lease());
  const route = renewed.ok ? renewed.value : renewed.current;
  if (route.rollout !== rollout)
    return { verdict: 'halted', reason: renewed.ok ? 'the route belongs to another rollout' : renewed.why };
  const { look, clock } = await judged(looking, request);
  await store.put(`rollouts/${rollout}/clock.json`, Buffer.from(JSON.stringify(clock)));
  await store.put(`rollouts/${rollout}/latest.json`, Buffer.from(JSON.stringify(look)));
  return haltedEnd(route, request) ?? endOf(look, request);
}

async function judged(
  { registry, traffic, store, now }: Looking,
  request: WatchRequest,
): Promise<{ readonly look: RolloutLook; readonly clock: StepClock }> {
  const { model, rollout, version, spec, phase, weight, task, startedAt, paused } = request;
  const positive = positiveAnswer((await registry.version(model, version)).signature);
  const counting = { task, possible: possible(request), positive };
  const tallies = await traffic.tally({ model, rollout, version, since: startedAt, ...counting });
  const at = now().toISOString();
  const { gates, falseRollbackRate, minimumRequests } = spec;
  const look = judgeLook({ rollout, phase, weight, at, tallies, gates, falseRollbackRate, minimumRequests });
  const step = `${phase} ${request.step ?? weight}`;
  const quietMs = Math.max(leastQuietMs, 3 * durationMs(spec.lookEvery));
  const before = await readClock(store, `rollouts/${rollout}/clock.json`);
  const clock = nextClock(before, { step, at, paused, tallies, gates: look.gates, quietMs });
  const later = (instant: string) => new Date(Date.parse(instant) + clock.idleMs).toISOString();
  const times = { passAfter: later(request.passAfter), giveUpAfter: later(request.giveUpAfter), idle: clock.idle };
  return { look: { ...look, clock: times }, clock };
}

async function readClock(store: ObjectStore, key: string): Promise<StepClock | null> {
  const text = await readText(store, key);
  return text === null ? null : (JSON.parse(text) as StepClock);
}

/** Classes have probabilities, unless the file says otherwise; of numbers nothing is known. */
function possible({ spec, task }: WatchRequest): readonly [number, number] | null {
  const written = spec.gates.find(({ metric }) => metric === 'outOfRange')?.between;
  return written ?? (task === 'regression' ? null : [0, 1]);
}

/** A gateway that drops a canary ends its rollout; one that drops the copies of a bake ends only the watching. */
function haltedEnd({ halted }: Route, { phase }: WatchRequest): StepEnd | null {
  if (!halted) return null;
  if (phase === 'bake') return { verdict: 'passed', reason: `the old version sees no copies any more: ${halted}` };
  return { verdict: 'halted', reason: `the gateway dropped the canary: ${halted}` };
}

function endOf(look: RolloutLook, request: WatchRequest): StepEnd | null {
  const { at, gates, verdict } = look;
  const violated = gates.find(({ verdict: each, dryRun }) => each === 'fail' && !dryRun);
  if (violated)
    return {
      verdict: 'violated',
      reason: `${violated.name}: e-value ${violated.eValue.toPrecision(3)} ≥ ${violated.threshold.toPrecision(3)} after ${violated.n} requests`,
    };
  if (request.paused) return null;
  const { passAfter, giveUpAfter } = look.clock ?? request;
  if (request.phase === 'bake' || request.standing)
    return at >= passAfter ? { verdict: 'passed', reason: 'no gate was violated' } : null;
  if (verdict === 'pass' && at >= passAfter) return { verdict: 'passed', reason: 'no gate was violated' };
  if (at < giveUpAfter) return null;
  const reason = `not enough evidence after ${request.spec.extendAtMost} of extension: ${gates
    .filter((gate) => gate.verdict === 'inconclusive' && !gate.dryRun)
    .map(
      ({ name, n, interval }) =>
        `${name} (n=${n}${interval ? `, up to ${interval.high.toPrecision(3)} possible` : ''})`,
    )
    .join(', ')}`;
  return { verdict: request.spec.otherwise === 'ask' ? 'unproven' : 'inconclusive', reason };
}
