import { Context } from '@temporalio/activity';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { PerennialError } from '../src/errors/error.ts';
import { durationMs } from '../src/plan/duration.ts';
import type { Moved, Registry, Route } from '../src/registry/registry.ts';
import { requireServable } from '../src/rollout/servable.ts';
import type { Traffic } from '../src/rollout/traffic.ts';
import { heartbeating, translateErrors } from './failure.ts';
import { lookOnce } from './rollout-look.ts';
import type { RolloutKey, StepEnd, WatchRequest } from './rollout-requests.ts';
import { standInFor } from './stand-in.ts';

export type { StepEnd, WatchRequest } from './rollout-requests.ts';

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
  const looking = { registry, traffic, store, now, lease };

  /**
   * Reads the route and moves exactly what was read: an attempt that was left behind and comes late finds another revision. Temporal tries the
   * living attempt again.
   */
  async function swap(model: string, move: (expectedRev: number) => Promise<Moved<Route>>): Promise<Moved<Route>> {
    const { rev } = await registry.route(model);
    const moved = await move(rev);
    if (moved.ok || moved.current.rev === rev) return moved;
    throw new PerennialError('PRN-ROLLOUT-003', {
      message: `The route of ${model} moved from revision ${rev} to ${moved.current.rev} while a rollout was about to change it.`,
    });
  }

  return translateErrors({
    async enterStep(
      request: RolloutKey & { readonly phase: 'shadow' | 'canary'; readonly weight: number; readonly force: boolean },
    ): Promise<{ entered: boolean; why: string }> {
      const { model, version, rollout, phase, weight, by, reason, force } = request;
      const candidate = await registry.version(model, version);
      requireServable(candidate);
      const standIn = await standInFor(registry, candidate);
      const move = { model, version, rollout, phase, weight, by, reason, force, ...(standIn ? { standIn } : {}) };
      const moved = await swap(model, (expectedRev) =>
        registry.setRollout({ ...move, leaseUntil: lease(), expectedRev }),
      );
      return moved.ok ? { entered: true, why: '' } : { entered: false, why: moved.why };
    },

    async watchStep(request: WatchRequest): Promise<StepEnd> {
      return await heartbeating(async (note) => {
        for (;;) {
          const end = await lookOnce(looking, request);
          if (end) return end;
          note({ phase: request.phase, lookedAt: now().toISOString() });
          await Context.current().sleep(Math.min(durationMs(request.spec.lookEvery), leaseMs / 3));
        }
      });
    },

    /**
     * Not promoted when the route has been taken from the rollout meanwhile: a gateway halted it, or somebody rolled back. With `bake` the
     * rollout keeps the route.
     */
    async promoteVersion(
      request: RolloutKey & { readonly bake?: boolean },
    ): Promise<{ promoted: boolean; why: string }> {
      const { model, version, rollout, by, reason, bake = false } = request;
      const bakeUntil = bake ? lease() : null;
      const move = { model, version, rollout, by, reason, bakeUntil };
      const moved = await swap(model, (expectedRev) => registry.promote({ ...move, expectedRev }));
      if (!bake) traffic.forget(rollout);
      return moved.ok ? { promoted: true, why: '' } : { promoted: false, why: moved.why };
    },

    /** Restored or kept; `done` is false when somebody has moved the route before. */
    async endBake(
      request: RolloutKey & { readonly how: 'keep' | 'restore' },
    ): Promise<{ readonly done: boolean; readonly why: string }> {
      const { model, version, rollout, how, by, reason } = request;
      traffic.forget(rollout);
      const move = { model, version, rollout, how, by, reason };
      const moved = await swap(model, (expectedRev) => registry.endBake({ ...move, expectedRev }));
      return moved.ok ? { done: true, why: '' } : { done: false, why: moved.why };
    },

    /** A person is asked: it stands in the history of the model. */
    async askAboutRollout({ model, version, rollout, by, reason }: RolloutKey): Promise<void> {
      const key = `${rollout} asks ${reason}`;
      await registry.addEvent({ model, version, kind: 'rollout.asks', by, reason, details: { rollout }, key });
    },

    /** A rollout that no longer owns the route, or never did, has nothing to withdraw. */
    async withdrawVersion(request: RolloutKey & { readonly to?: 'failed' | 'challenger' }): Promise<void> {
      const { model, version, rollout, by, reason, to = 'failed' } = request;
      traffic.forget(rollout);
      const move = { model, version, rollout, to, by, reason };
      const moved = await swap(model, (expectedRev) => registry.withdraw({ ...move, expectedRev }));
      if (moved.ok || moved.current.rollout !== rollout) return;
      throw new PerennialError('PRN-ROLLOUT-002', {
        message: `The route of ${model} could not be changed: ${moved.why}.`,
      });
    },
  });
}
