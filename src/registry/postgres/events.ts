import type { Kysely } from 'kysely';
import { PerennialError } from '../../errors/error.ts';
import { routeEventKinds } from '../moves.ts';
import type { EventRecord, LiveThen, Registry, Route } from '../registry.ts';
import { violatedConstraint } from './failures.ts';
import { instant, iso } from './instants.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';
import { unknownModel } from './unknown.ts';

export function eventMethods(store: Store): Pick<Registry, 'addEvent' | 'events' | 'liveAt'> {
  return {
    addEvent: (event) => addEvent(store, event),
    events: (model, options) => store.read((db) => readEvents(db, model, options)),
    liveAt: async (model, at) => {
      const until = instant(at, 'The time to look at');
      return store.read((db) => readLiveAt(db, model, until));
    },
  };
}

async function addEvent(store: Store, event: Parameters<Registry['addEvent']>[0]): Promise<void> {
  if (routeEventKinds.some((kind) => kind === event.kind)) {
    const message = `An event of the kind "${event.kind}" was to be added by hand; only a move of the route writes it`;
    throw new PerennialError('PRN-REGISTRY-005', { message });
  }
  try {
    await store.write(async ({ record }) => record(event));
  } catch (error) {
    if (violatedConstraint(error) === 'event_model_fkey') throw unknownModel(event.model);
    throw error;
  }
}

async function readEvents(
  db: Kysely<Tables>,
  model: string,
  { limit = 100, after = 0, until, version }: NonNullable<Parameters<Registry['events']>[1]> = {},
): Promise<EventRecord[]> {
  const all = db.selectFrom('event').selectAll().where('model', '=', model).where('id', '>', String(after));
  const past = until === undefined ? all : all.where('at', '<=', instant(until, 'The time to look at'));
  const rows = await (version === undefined ? past : past.where('version', '=', version))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ id, at, model, version, run, kind, actor, reason, details }) => ({
    ...{ id: Number(id), at: iso(at), model, version, run, kind, actor, reason, details },
  }));
}

async function readLiveAt(db: Kysely<Tables>, model: string, until: Date): Promise<LiveThen> {
  const row = await db
    .selectFrom('event')
    .select(['details', 'at', 'actor', 'reason'])
    .where('model', '=', model)
    .where('kind', 'in', routeEventKinds)
    .where('at', '<=', until)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return nothingLive;
  const { stable, canary, weight, shadow, shadows, rollout, halted } = (row.details as { readonly route: Route }).route;
  const route = { stable, canary, weight, shadow, ...(shadows && { shadows }), rollout, halted: halted ?? null };
  return { ...route, since: iso(row.at), by: row.actor, reason: row.reason };
}

const nothingLive: LiveThen = {
  ...{ stable: null, canary: null, weight: 0, shadow: null, rollout: null, halted: null },
  ...{ since: null, by: null, reason: null },
};
