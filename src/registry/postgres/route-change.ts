import type { Selectable } from 'kysely';
import { stoodInFor, withoutStandIn } from '../fallback.ts';
import type { Decision, RolloutStanding, Standing } from '../moves.ts';
import type { Actor, Moved, Route } from '../registry.ts';
import type { VersionState } from '../transitions.ts';
import { endAlarms } from './alarm-ends.ts';
import { instant, isoOrNull } from './instants.ts';
import type { Store, Unit } from './store.ts';
import type { Tables } from './tables.ts';
import { unknownModel, unknownVersion } from './unknown.ts';

/** What happened, by whom, and the revision that the caller has seen, when it names one. */
export interface Attempt {
  readonly model: string;
  readonly rollout: string | null;
  /** The version that the move names: it must exist. */
  readonly version: number | null;
  /** Becomes stable with the move, where nothing is. */
  readonly standIn?: number;
  readonly by: Actor;
  readonly reason: string;
  readonly run?: string;
  readonly expectedRev?: number;
}

type RouteRow = Selectable<Tables['route']>;
type Change = Extract<Decision, { kind: 'change' }>;

/** Reads under the route's lock, decides with a pure function, and writes route, versions, rollout and events in one transaction. */
export function changeRoute(
  store: Store,
  attempt: Attempt,
  decide: (standing: Standing, unit: Unit) => Decision | Promise<Decision>,
): Promise<Moved<Route>> {
  return store.write(async (unit) => {
    const row = await lockRoute(unit, attempt.model);
    const current = routeRecord(row);
    const { expectedRev } = attempt;
    if (expectedRev !== undefined && expectedRev !== row.rev) {
      return { ok: false, why: `the route is at revision ${row.rev}, not ${expectedRev}: it has moved on`, current };
    }
    const standing = await readStanding(unit, attempt, current);
    const decision = withoutStandIn(standing, await decide(standing, unit));
    if (decision.kind === 'refused') return { ok: false, why: decision.why, current };
    if (decision.kind === 'same') return { ok: true, value: current };
    return { ok: true, value: await write(unit, attempt, row, decision) };
  });
}

export function routeRecord({ changedAt: _, leaseUntil, shadows, ...row }: RouteRow): Route {
  return { ...row, ...(shadows.length > 0 && { shadows }), leaseUntil: isoOrNull(leaseUntil) };
}

async function lockRoute({ db }: Unit, model: string): Promise<RouteRow> {
  const row = await db
    .selectFrom('route')
    .selectAll()
    .where('model', '=', model)
    .where('segment', '=', 'all')
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw unknownModel(model);
  return row;
}

async function readStanding({ db }: Unit, attempt: Attempt, route: Route): Promise<Standing> {
  const { model, version } = attempt;
  const rows = await db
    .selectFrom('version')
    .select(['version', 'state', 'candidate'])
    .where('model', '=', model)
    .where(
      'version',
      'in',
      [version, attempt.standIn, route.stable, route.canary, route.shadow].map((number) => number ?? 0),
    )
    .orderBy('version')
    .forNoKeyUpdate()
    .execute();
  const states: Record<number, VersionState> = Object.fromEntries(rows.map((row) => [row.version, row.state]));
  if (version !== null && states[version] === undefined) throw unknownVersion(model, version);
  const named = attempt.rollout ?? route.rollout;
  const rollout: RolloutStanding | undefined =
    named === null
      ? undefined
      : await db
          .selectFrom('rollout')
          .select(['rollout', 'version', 'state'])
          .where('model', '=', model)
          .where('rollout', '=', named)
          .executeTakeFirst();
  const standIns = rows.filter((row) => stoodInFor(row) !== null).map((row) => row.version);
  return { route, states, standIns, rollout: rollout ?? null };
}

async function write(unit: Unit, attempt: Attempt, row: RouteRow, change: Change): Promise<Route> {
  const { model, by, reason, run } = attempt;
  // Clocks of processes differ: the history of a route never runs backwards.
  const at = new Date(Math.max(unit.at.getTime(), row.changedAt.getTime()));
  for (const { version, from, to, forced } of change.versions) {
    await unit.db
      .updateTable('version')
      .set((columns) => ({ state: to, rev: columns('rev', '+', 1) }))
      .where('model', '=', model)
      .where('version', '=', version)
      .where('state', '=', from)
      .returning('rev')
      .executeTakeFirstOrThrow();
    unit.record({
      at,
      model,
      version,
      run,
      kind: `version.${to}`,
      by,
      reason,
      details: forced ? { from, forced } : { from },
    });
  }
  if (change.rollout !== null) await writeRollout(unit, model, change.rollout, at);
  const route = routeRecord(await updateRoute(unit, row, change, at));
  const now = route.stable === null ? 'the global model answers again' : `version ${route.stable} is champion now`;
  if (route.stable !== row.stable) await endAlarms(unit, model, now, by, run);
  if (change.event !== null) {
    const { kind, version } = change.event;
    unit.record({ at, model, version, run, kind, by, reason, details: { route, before: routeRecord(row) } });
  }
  return route;
}

function updateRoute({ db }: Unit, row: RouteRow, { live }: Change, at: Date): Promise<RouteRow> {
  const { leaseUntil, shadows = row.shadows, ...rest } = live;
  // Who answers all requests sees no copies of them.
  const standing = shadows.filter((version) => version !== live.stable);
  return db
    .updateTable('route')
    .set({ ...rest, leaseUntil: leaseUntil === null ? null : instant(leaseUntil, 'The end of the lease') })
    .set({ rev: row.rev + 1, changedAt: at, shadows: JSON.stringify(standing) })
    .where('model', '=', row.model)
    .where('segment', '=', row.segment)
    .where('rev', '=', row.rev)
    .returningAll()
    .executeTakeFirstOrThrow();
}

async function writeRollout({ db }: Unit, model: string, { rollout, version, state }: RolloutStanding, at: Date) {
  const endedAt = state === 'open' ? null : at;
  await db
    .insertInto('rollout')
    .values({ model, rollout, version, state, startedAt: at, endedAt })
    .onConflict((conflict) => conflict.columns(['model', 'rollout']).doUpdateSet({ state, endedAt }))
    .execute();
}
