import { readText } from '../artifacts/read-text.ts';
import type { Actor, Moved, Registry, Route } from '../registry/registry.ts';
import type { RolloutLook } from '../rollout/report.ts';
import type { EvidencePlace } from './gather.ts';
import { publishReports } from './publish.ts';

/**
 * The registry, with what every move of a version leaves behind: the end of a rollout becomes a decision with the last look at traffic, and
 * the model card and the report of each version that moved are written anew.
 *
 * The move has happened when they are written. A page that cannot be written must not make it look as if it had not: that is only told
 * to `failed`. The decision is tried again with the move, which is idempotent.
 */
export function withReports(place: EvidencePlace, failed: (what: string, error: unknown) => void): Registry {
  const { registry } = place;
  const publish = async (model: string, versions: readonly (number | null)[]): Promise<void> => {
    for (const version of new Set(versions)) {
      if (version === null) continue;
      await publishReports(place, model, version).catch((error: unknown) => failed(`${model}@${version}`, error));
    }
  };
  const moved = async (model: string, version: number, move: () => Promise<Moved<Route>>): Promise<Moved<Route>> => {
    const before = await registry.route(model);
    const result = await move();
    if (result.ok) await publish(model, [version, before.stable, before.canary, before.shadow, result.value.stable]);
    return result;
  };
  return {
    ...registry,
    moveVersion: async (move) => {
      const record = await registry.moveVersion(move);
      await publish(move.model, [move.version]);
      return record;
    },
    promoteFirst: (move) => moved(move.model, move.version, () => registry.promoteFirst(move)),
    setRollout: (move) => moved(move.model, move.version, () => registry.setRollout(move)),
    promote: (move) => moved(move.model, move.version, () => decided(place, 'promoted', move, registry.promote)),
    endBake: (move) => {
      const verdict = move.how === 'keep' ? 'kept' : 'withdrawn';
      return moved(move.model, move.version, () => decided(place, verdict, move, registry.endBake));
    },
    withdraw: (move) => moved(move.model, move.version, () => decided(place, 'withdrawn', move, registry.withdraw)),
    rollBack: async (move) => {
      const before = await registry.route(move.model);
      const result = await registry.rollBack(move);
      if (result.ok) await publish(move.model, [before.stable, before.canary, before.shadow, result.value.stable]);
      return result;
    },
  };
}

interface RolloutEnd {
  readonly model: string;
  readonly version: number;
  readonly rollout: string;
  readonly by: Actor;
  readonly reason: string;
}

/** The rollout's last look is read before the move: what ended it is what was seen until then. */
async function decided<Move extends RolloutEnd>(
  { registry, store }: EvidencePlace,
  verdict: 'promoted' | 'kept' | 'withdrawn',
  move: Move,
  make: (move: Move) => Promise<Moved<Route>>,
): Promise<Moved<Route>> {
  const { model, version, rollout, by, reason } = move;
  const text = await readText(store, `rollouts/${rollout}/latest.json`);
  const look = text === null ? null : (JSON.parse(text) as RolloutLook);
  const result = await make(move);
  if (!result.ok) return result;
  const { run } = await registry.version(model, version);
  await registry.recordDecision({
    ...{ run, model, version, kind: 'rollout', verdict, by, reason },
    evidence: { rollout, look },
  });
  return result;
}
