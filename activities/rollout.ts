import { Context } from '@temporalio/activity';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { PerennialError } from '../src/errors/error.ts';
import { durationMs } from '../src/plan/duration.ts';
import type { RolloutStage, Task } from '../src/plan/schema.ts';
import type { Actor, Registry } from '../src/registry/registry.ts';
import { judgeLook } from '../src/rollout/judge.ts';
import type { RolloutLook } from '../src/rollout/report.ts';
import type { Traffic } from '../src/rollout/traffic.ts';
import { heartbeating, translateErrors } from './failure.ts';

export interface RolloutKey {
  readonly rollout: string;
  readonly model: string;
  readonly version: number;
  readonly by: Actor;
  readonly reason: string;
}

export interface WatchRequest extends RolloutKey {
  readonly spec: RolloutStage;
  readonly task: Task;
  readonly phase: 'shadow' | 'canary';
  readonly weight: number;
  /** While paused only violations end the watch. */
  readonly paused: boolean;
  /** When the rollout began: older requests are not looked at. */
  readonly startedAt: string;
  /** Instants: a passing look after the first ends the step; an inconclusive one after the second rolls back. */
  readonly passAfter: string;
  readonly giveUpAfter: string;
}

export interface StepEnd {
  readonly verdict: 'passed' | 'violated' | 'halted' | 'inconclusive';
  readonly reason: string;
}

/** Gateways fall back to the stable version when the lease is this old: a dead control plane cannot keep a bad canary alive. */
const leaseMs = 30_000;

export function createRolloutActivities({
  registry,
  traffic,
  store,
  now,
}: {
  readonly registry: Registry;
  readonly traffic: Traffic;
  readonly store: ObjectStore;
  readonly now: () => Date;
}) {
  const lease = () => new Date(now().getTime() + leaseMs).toISOString();

  /** One look: renew the lease, count, judge, keep the picture for whoever watches. */
  async function look(request: WatchRequest): Promise<StepEnd | null> {
    const { model, rollout, spec, phase, weight, task } = request;
    const renewed = await registry.renewLease(model, rollout, lease());
    const route = renewed.ok ? renewed.value : renewed.current;
    if (route.rollout !== rollout)
      return { verdict: 'halted', reason: renewed.ok ? 'the route belongs to another rollout' : renewed.why };
    const tallies = await traffic.tally({ model, rollout, since: request.startedAt, task });
    const at = now().toISOString();
    const seen = judgeLook({
      rollout,
      phase,
      weight,
      at,
      tallies,
      gates: spec.gates,
      falseRollbackRate: spec.falseRollbackRate,
      minimumRequests: spec.minimumRequests,
    });
    await store.put(`rollouts/${rollout}/latest.json`, Buffer.from(JSON.stringify(seen)));
    if (route.halted) return { verdict: 'halted', reason: `the gateway dropped the canary: ${route.halted}` };
    return endOf(seen, request, at);
  }

  return translateErrors({
    async enterStep(
      request: RolloutKey & { readonly phase: 'shadow' | 'canary'; readonly weight: number; readonly force: boolean },
    ): Promise<{ entered: boolean; why: string }> {
      const { model, version, rollout, phase, weight, by, reason, force } = request;
      const moved = await registry.setRollout({
        model,
        version,
        rollout,
        phase,
        weight,
        leaseUntil: lease(),
        by,
        reason,
        force,
      });
      return moved.ok ? { entered: true, why: '' } : { entered: false, why: moved.why };
    },

    async watchStep(request: WatchRequest): Promise<StepEnd> {
      return await heartbeating(async (note) => {
        for (;;) {
          const end = await look(request);
          if (end) return end;
          note({ phase: request.phase, lookedAt: now().toISOString() });
          await Context.current().sleep(Math.min(durationMs(request.spec.lookEvery), leaseMs / 3));
        }
      });
    },

    /** Not promoted when the route has been taken from the rollout meanwhile: a gateway halted it, or somebody rolled back. */
    async promoteVersion({
      model,
      version,
      rollout,
      by,
      reason,
    }: RolloutKey): Promise<{ promoted: boolean; why: string }> {
      const moved = await registry.promote({ model, version, rollout, by, reason });
      return moved.ok ? { promoted: true, why: '' } : { promoted: false, why: moved.why };
    },

    /** A rollout that no longer owns the route, or never did, has nothing to withdraw. */
    async withdrawVersion({ model, version, rollout, by, reason }: RolloutKey): Promise<void> {
      const moved = await registry.withdraw({ model, version, rollout, to: 'failed', by, reason });
      if (moved.ok || moved.current.rollout !== rollout) return;
      throw new PerennialError('PRN-ROLLOUT-002', {
        message: `The route of ${model} could not be changed: ${moved.why}.`,
      });
    },
  });
}

function endOf(seen: RolloutLook, request: WatchRequest, at: string): StepEnd | null {
  const violated = seen.gates.find(({ verdict }) => verdict === 'fail');
  if (violated)
    return {
      verdict: 'violated',
      reason: `${violated.name}: e-value ${violated.eValue.toPrecision(3)} ≥ ${violated.threshold.toPrecision(3)} after ${violated.n} requests`,
    };
  if (request.paused) return null;
  if (seen.verdict === 'pass' && at >= request.passAfter) return { verdict: 'passed', reason: 'no gate was violated' };
  if (at >= request.giveUpAfter)
    return {
      verdict: 'inconclusive',
      reason: `not enough evidence after ${request.spec.extendAtMost} of extension: ${seen.gates
        .filter(({ verdict }) => verdict === 'inconclusive')
        .map(({ name, n }) => `${name} (n=${n})`)
        .join(', ')}`,
    };
  return null;
}
