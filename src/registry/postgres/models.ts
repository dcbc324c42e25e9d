import type { Kysely, Selectable } from 'kysely';
import type { CompiledPlan } from '../../plan/plan.ts';
import type { Actor, ModelRecord, Registry } from '../registry.ts';
import { iso } from './instants.ts';
import type { Store, Unit } from './store.ts';
import type { Tables } from './tables.ts';
import { unknownModel } from './unknown.ts';

export function modelMethods(store: Store): Pick<Registry, 'applyModel' | 'model' | 'models'> {
  return {
    applyModel: (plan, by) => store.write((unit) => applyModel(unit, plan, by)),
    model: (model) => store.read((db) => readModel(db, model)),
    models: () => store.read(readModels),
  };
}

async function applyModel(unit: Unit, plan: CompiledPlan, by: Actor) {
  const { db, at } = unit;
  const { model } = plan.file;
  const text = JSON.stringify(plan);
  const created = await db
    .insertInto('model')
    .values({ model, planDigest: plan.digest, revision: 1, plan: text, runCount: 0, versionCount: 0, updatedAt: at })
    .onConflict((conflict) => conflict.column('model').doNothing())
    .executeTakeFirst();
  if (created.numInsertedOrUpdatedRows === 1n) {
    await db.insertInto('route').values({ model, segment: 'all', rev: 0, weight: 0, changedAt: at }).execute();
    unit.record({ model, kind: 'model.applied', by, details: { revision: 1, planDigest: plan.digest } });
    return { revision: 1, changed: true };
  }
  return reapply(unit, plan, text, by);
}

async function reapply({ db, at, record }: Unit, plan: CompiledPlan, text: string, by: Actor) {
  const { model } = plan.file;
  const known = await db
    .selectFrom('model')
    .select(['revision', 'planDigest', 'plan'])
    .where('model', '=', model)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  // The folder is not part of the digest, but a plan that moved reads other files.
  if (known.planDigest === plan.digest && known.plan.base === plan.base) {
    return { revision: known.revision, changed: false };
  }
  const revision = known.revision + 1;
  await db
    .updateTable('model')
    .set({ planDigest: plan.digest, revision, plan: text, updatedAt: at })
    .where('model', '=', model)
    .execute();
  record({
    model,
    kind: 'model.applied',
    by,
    details: { revision, planDigest: plan.digest, before: known.planDigest },
  });
  return { revision, changed: true };
}

async function readModel(db: Kysely<Tables>, model: string): Promise<ModelRecord> {
  const row = await db.selectFrom('model').selectAll().where('model', '=', model).executeTakeFirst();
  if (row === undefined) throw unknownModel(model);
  return record(row);
}

async function readModels(db: Kysely<Tables>): Promise<ModelRecord[]> {
  return (await db.selectFrom('model').selectAll().orderBy('model').execute()).map(record);
}

function record({ model, planDigest, revision, plan, updatedAt }: Selectable<Tables['model']>): ModelRecord {
  return { model, planDigest, revision, plan, updatedAt: iso(updatedAt) };
}
