import type { Kysely, Selectable } from 'kysely';
import type { ClaimAnswer, KeptTraining, StageCacheBook, TrainingClaim } from '../../stage-cache/book.ts';
import { violatedConstraint } from './failures.ts';
import { iso } from './instants.ts';
import type { Store, Unit } from './store.ts';
import type { Tables } from './tables.ts';
import { unknownModel } from './unknown.ts';

type Holder = Pick<TrainingClaim, 'key' | 'run' | 'stage'>;

export function stageCacheMethods(store: Store): StageCacheBook {
  return {
    claimTraining: (claim) => store.write((unit) => claimTraining(unit, claim)),
    keepTraining: (holder, kept) => store.write((unit) => keepTraining(unit, holder, kept)),
    releaseTraining: (holder) =>
      store.write(async ({ db }) => {
        const { key, run, stage } = holder;
        const own = db.deleteFrom('stageCache').where('key', '=', key).where('run', '=', run);
        await own.where('stage', '=', stage).where('madeAt', 'is', null).execute();
      }),
    lastIngredients: (model, stage) => store.read((db) => readLast(db, model, stage)),
  };
}

async function claimTraining(unit: Unit, claim: TrainingClaim): Promise<ClaimAnswer> {
  const { db, at } = unit;
  if (await inserted(unit, claim)) {
    await forgetUnused(unit, claim.model);
    return { state: 'claimed', expired: null };
  }
  const known = await db
    .selectFrom('stageCache')
    .selectAll()
    .where('key', '=', claim.key)
    .forUpdate()
    .executeTakeFirst();
  // Given back between the two statements: it is free again.
  if (known === undefined) return await claimTraining(unit, claim);
  const answer = decide(known, claim);
  if (answer.state === 'held') return answer;
  const own = db.updateTable('stageCache').where('key', '=', claim.key);
  if (answer.state === 'kept') {
    // Of what is kept this is the time of its last use.
    await own.set({ claimedAt: at }).execute();
    return answer;
  }
  const { run, stage, ingredients } = claim;
  const anew = { run, stage, ingredients: JSON.stringify(ingredients), claimedAt: at, madeAt: null, kept: null };
  await own.set(anew).execute();
  return answer;
}

const unusedMs = 90 * 86_400_000;

/** As something new comes, what nobody has asked for in 90 days goes: the book does not grow for ever. */
async function forgetUnused({ db, at }: Unit, model: string): Promise<void> {
  const unused = db
    .selectFrom('stageCache')
    .select('key')
    .where('model', '=', model)
    .where('madeAt', 'is not', null)
    .where('claimedAt', '<', new Date(at.getTime() - unusedMs))
    // Somebody is asking for one that is locked.
    .forUpdate()
    .skipLocked();
  await db.deleteFrom('stageCache').where('key', 'in', unused).execute();
}

async function inserted({ db, at }: Unit, claim: TrainingClaim): Promise<boolean> {
  const { key, model, run, stage, ingredients } = claim;
  try {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('stageCache')
      .values({
        ...{ key, model, run, stage, claimedAt: at, madeAt: null, kept: null },
        ingredients: JSON.stringify(ingredients),
      })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 1n;
  } catch (error) {
    if (violatedConstraint(error) === 'stage_cache_model_fkey') throw unknownModel(model);
    throw error;
  }
}

function decide(known: Selectable<Tables['stageCache']>, claim: TrainingClaim): ClaimAnswer {
  const { run, stage, madeAt, kept } = known;
  if (madeAt === null || kept === null) {
    const dead = claim.takeOverFrom;
    const own = run === claim.run && stage === claim.stage;
    const passes = own || (dead !== undefined && run === dead.run && stage === dead.stage);
    return passes ? { state: 'claimed', expired: null } : { state: 'held', run, stage };
  }
  const made = iso(madeAt);
  if (claim.anew) return { state: 'claimed', expired: null };
  if (claim.notBefore !== null && made < claim.notBefore) return { state: 'claimed', expired: made };
  return { state: 'kept', run, madeAt: made, kept };
}

async function keepTraining({ db, at }: Unit, { key, run, stage }: Holder, kept: KeptTraining): Promise<void> {
  await db
    .updateTable('stageCache')
    .set({ madeAt: at, kept: JSON.stringify(kept) })
    .where('key', '=', key)
    .where('run', '=', run)
    .where('stage', '=', stage)
    .where('madeAt', 'is', null)
    .execute();
}

async function readLast(db: Kysely<Tables>, model: string, stage: string) {
  const row = await db
    .selectFrom('stageCache')
    .select(['run', 'ingredients'])
    .where('model', '=', model)
    .where('stage', '=', stage)
    .where('madeAt', 'is not', null)
    .orderBy('madeAt', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}
