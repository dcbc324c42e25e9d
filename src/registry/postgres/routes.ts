import { PerennialError } from '../../errors/error.ts';
import { stoodInFor, withoutStandIn } from '../fallback.ts';
import type { Actor, Registry } from '../registry.ts';
import { decideHalt, decideRenewal, decideRollout, decideWithdrawal } from '../rollout-moves.ts';
import { decideShadow } from '../shadow-moves.ts';
import { decideBaked, decideFirst, decidePromotion, decideRestore, decideRollBack } from '../stable-moves.ts';
import { instant } from './instants.ts';
import { changeRoute, routeRecord } from './route-change.ts';
import type { Store, Unit } from './store.ts';
import { unknownModel } from './unknown.ts';

type RouteMethods = Pick<
  Registry,
  | 'route'
  | 'routes'
  | 'promoteFirst'
  | 'setRollout'
  | 'renewLease'
  | 'promote'
  | 'endBake'
  | 'withdraw'
  | 'rollBack'
  | 'setShadow'
  | 'haltRollout'
>;

const lease: Actor = { name: 'perennial', via: 'workflow' };

export function routeMethods(store: Store): RouteMethods {
  return {
    ...readers(store),
    promoteFirst: (move) => changeRoute(store, { ...move, rollout: null }, (standing) => decideFirst(standing, move)),
    setRollout: async (move) => {
      refuseNonsense(move);
      return changeRoute(store, move, (standing) => decideRollout(standing, move));
    },
    renewLease: async (model, rollout, leaseUntil) => {
      instant(leaseUntil, 'The end of the lease');
      const attempt = { model, rollout, version: null, by: lease, reason: 'lease' };
      return changeRoute(store, attempt, (standing) => decideRenewal(standing, { rollout, leaseUntil }));
    },
    promote: async (move) => {
      if (move.bakeUntil) instant(move.bakeUntil, 'The end of the lease');
      return changeRoute(store, move, (standing) => decidePromotion(standing, move));
    },
    endBake: (move) =>
      changeRoute(store, move, (standing) => (move.how === 'keep' ? decideBaked : decideRestore)(standing, move)),
    withdraw: (move) => changeRoute(store, move, (standing) => decideWithdrawal(standing, move)),
    rollBack: (move) => rollBack(store, move),
    setShadow: (move) => changeRoute(store, { ...move, rollout: null }, (standing) => decideShadow(standing, move)),
    haltRollout: async (model, rollout, reason, by) => {
      const attempt = { model, rollout, version: null, by, reason };
      await changeRoute(store, attempt, (standing) => decideHalt(standing, { rollout, reason }));
    },
  };
}

function readers(store: Store): Pick<Registry, 'route' | 'routes'> {
  return {
    route: (model) =>
      store.read(async (db) => {
        const all = db.selectFrom('route').selectAll().where('model', '=', model).where('segment', '=', 'all');
        const row = await all.executeTakeFirst();
        if (row === undefined) throw unknownModel(model);
        return routeRecord(row);
      }),
    routes: () =>
      store.read(async (db) => {
        const rows = await db.selectFrom('route').selectAll().orderBy('model').orderBy('segment').execute();
        return rows.map(routeRecord);
      }),
  };
}

function rollBack(store: Store, move: Parameters<Registry['rollBack']>[0]) {
  const attempt = { ...move, rollout: null, version: move.to ?? null };
  return changeRoute(store, attempt, async (standing, unit) => {
    if (move.to !== undefined) return decideRollBack(standing, { to: move.to, byName: true });
    const last = await lastDeprecated(unit, move.model);
    if (last === undefined) return decideRollBack(standing, { to: null, byName: false });
    const to = last.version;
    const states = { ...standing.states, [to]: 'deprecated' as const };
    const standIns = stoodInFor(last) === null ? standing.standIns : [...standing.standIns, to];
    const known = { ...standing, states, standIns };
    return withoutStandIn(known, decideRollBack(known, { to, byName: false }));
  });
}

/** The version that was stable last and is neither gone from that state nor known to be bad. */
function lastDeprecated({ db }: Unit, model: string) {
  return db
    .selectFrom('event')
    .innerJoin('version', (join) =>
      join.onRef('version.model', '=', 'event.model').onRef('version.version', '=', 'event.version'),
    )
    .select(['version.version', 'version.candidate'])
    .where('event.model', '=', model)
    .where('event.kind', '=', 'version.deprecated')
    .where('version.state', '=', 'deprecated')
    .orderBy('event.id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

function refuseNonsense({ weight, leaseUntil }: Parameters<Registry['setRollout']>[0]): void {
  if (!(weight >= 0 && weight <= 1)) {
    const message = `The weight of a rollout is ${weight}; it must lie between 0 and 1`;
    throw new PerennialError('PRN-REGISTRY-005', { message, details: { weight } });
  }
  instant(leaseUntil, 'The end of the lease');
}
