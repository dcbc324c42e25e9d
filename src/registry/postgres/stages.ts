import type { Kysely } from 'kysely';
import type { Registry, StageRecord } from '../registry.ts';
import { violatedConstraint } from './failures.ts';
import { iso, isoOrNull } from './instants.ts';
import type { Store, Unit } from './store.ts';
import type { Tables } from './tables.ts';
import { unknownModel, unknownRun } from './unknown.ts';

export function stageMethods(store: Store): Pick<Registry, 'recordStages' | 'stages' | 'addSnapshot'> {
  return {
    recordStages: (run, stages) => store.write((unit) => recordStages(unit, run, stages)),
    stages: (run) => store.read((db) => readStages(db, run)),
    addSnapshot: (snapshot) => store.write((unit) => addSnapshot(unit, snapshot)),
  };
}

/** One row per attempt. A late "running" of an attempt that has ended is a repetition and changes nothing. */
async function recordStages(
  { db, at }: Unit,
  run: string,
  stages: Parameters<Registry['recordStages']>[1],
): Promise<void> {
  if (stages.length === 0) return;
  const rows = stages.map((stage) => ({
    ...stage,
    run,
    result: JSON.stringify(stage.result ?? null),
    startedAt: stage.startedAt ?? at,
    endedAt: stage.state === 'running' ? null : (stage.endedAt ?? at),
  }));
  try {
    await db
      .insertInto('stage')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['run', 'stage', 'attempt'])
          .doUpdateSet(({ ref }) => ({
            state: ref('excluded.state'),
            result: ref('excluded.result'),
            endedAt: ref('excluded.endedAt'),
          }))
          .where((row) => row.or([row('stage.state', '=', 'running'), row('excluded.state', '!=', 'running')])),
      )
      .execute();
  } catch (error) {
    if (violatedConstraint(error) === 'stage_run_fkey') throw unknownRun(run);
    throw error;
  }
}

/** The latest attempt of every stage, in the order in which the stages first started. */
async function readStages(db: Kysely<Tables>, run: string): Promise<StageRecord[]> {
  const rows = await db
    .selectFrom('stage')
    .selectAll()
    .where('run', '=', run)
    .orderBy('startedAt')
    .orderBy('stage')
    .orderBy('attempt')
    .execute();
  const latest = new Map<string, StageRecord>();
  for (const row of rows) {
    const known = latest.get(row.stage);
    if (known !== undefined && known.attempt > row.attempt) continue;
    latest.set(row.stage, { ...row, startedAt: iso(row.startedAt), endedAt: isoOrNull(row.endedAt) });
  }
  return [...latest.values()];
}

/** A snapshot is named by its content: the first run that took it is remembered. */
async function addSnapshot({ db, at }: Unit, snapshot: Parameters<Registry['addSnapshot']>[0]): Promise<void> {
  try {
    await db
      .insertInto('snapshot')
      .values({ ...snapshot, manifest: JSON.stringify(snapshot.manifest ?? null), createdAt: at })
      .onConflict((conflict) => conflict.columns(['model', 'id']).doNothing())
      .execute();
  } catch (error) {
    if (violatedConstraint(error) === 'snapshot_model_fkey') throw unknownModel(snapshot.model);
    throw error;
  }
}
