import { type Kysely, type Selectable, sql } from 'kysely';
import { PerennialError } from '../../errors/error.ts';
import { type DecisionThreshold, decidesFrom } from '../../evaluation/threshold.ts';
import type { Actor, NewVersion, Registry, VersionRecord } from '../registry.ts';
import { mayMoveOffRoute, type VersionState } from '../transitions.ts';
import { violatedConstraint } from './failures.ts';
import { iso } from './instants.ts';
import type { Store, Unit } from './store.ts';
import type { Tables } from './tables.ts';
import { unknownModel, unknownRun, unknownVersion } from './unknown.ts';

const workflow: Actor = { name: 'perennial', via: 'workflow' };

export function versionMethods(
  store: Store,
): Pick<Registry, 'addVersion' | 'version' | 'versions' | 'moveVersion' | 'setThreshold'> {
  return {
    addVersion: (version) => store.write((unit) => addVersion(unit, version)),
    version: (model, version) => store.read((db) => readVersion(db, model, version)),
    versions: (model) => store.read((db) => readVersions(db, model)),
    moveVersion: (move) => store.write((unit) => moveVersion(unit, move)),
    setThreshold: (choice) => store.write((unit) => setThreshold(unit, choice)),
  };
}

async function addVersion(unit: Unit, added: NewVersion): Promise<VersionRecord> {
  const { db } = unit;
  const { model, run, candidate } = added;
  // The lock on the model's row: numbers have no gaps, and a repetition finds the first call's row.
  const counter = await db
    .selectFrom('model')
    .select('versionCount')
    .where('model', '=', model)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (counter === undefined) throw unknownModel(model);
  const known = await db
    .selectFrom('version')
    .selectAll()
    .where('run', '=', run)
    .where('candidate', '=', candidate)
    .executeTakeFirst();
  if (known !== undefined) return record(known);
  const version = counter.versionCount + 1;
  const row = await insertVersion(unit, added, version);
  await db.updateTable('model').set({ versionCount: version }).where('model', '=', model).execute();
  const details = { candidate, artifact: added.artifact, artifactDigest: added.artifactDigest };
  unit.record({ model, version, run, kind: 'version.candidate', by: workflow, details });
  return record(row);
}

async function insertVersion({ db, at }: Unit, added: NewVersion, version: number) {
  const { model, run, candidate, artifact, artifactDigest, snapshot, seed } = added;
  try {
    return await db
      .insertInto('version')
      .values({
        ...{
          model,
          version,
          run,
          candidate,
          artifact,
          artifactDigest,
          snapshot,
          seed,
          state: 'candidate',
          createdAt: at,
        },
        signature: JSON.stringify(added.signature),
        parameters: JSON.stringify(added.parameters),
        trainerMetrics: JSON.stringify(added.trainerMetrics),
        environment: JSON.stringify(added.environment),
        record: added.record ? JSON.stringify(added.record) : null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
  } catch (error) {
    if (violatedConstraint(error) === 'version_run_fkey') throw unknownRun(run);
    throw error;
  }
}

async function moveVersion(unit: Unit, move: Parameters<Registry['moveVersion']>[0]): Promise<VersionRecord> {
  const { db } = unit;
  const { model, version, to, by, reason, run } = move;
  const known = await db
    .selectFrom('version')
    .selectAll()
    .where('model', '=', model)
    .where('version', '=', version)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (known === undefined) throw unknownVersion(model, version);
  const from = known.state;
  if (from === to) return record(known);
  if (!mayMoveOffRoute(from, to)) throw refusedMove(move, from);
  if (from === 'rejected' && (await wasTurnedDown(unit, move))) throw refusedMove(move, from);
  const row = await db
    .updateTable('version')
    .set({ state: to, rev: known.rev + 1 })
    .where('model', '=', model)
    .where('version', '=', version)
    .where('rev', '=', known.rev)
    .returningAll()
    .executeTakeFirstOrThrow();
  unit.record({ model, version, run, kind: `version.${to}`, by, reason, details: { from } });
  return record(row);
}

/** Gates may think again of what they have rejected; what people have turned down stays so. */
async function wasTurnedDown({ db }: Unit, { model, version }: { readonly model: string; readonly version: number }) {
  const decided = await db
    .selectFrom('decision')
    .select('id')
    .where('model', '=', model)
    .where('version', '=', version)
    .where('kind', '=', 'approval')
    .where('verdict', '=', 'rejected')
    .limit(1)
    .executeTakeFirst();
  return decided !== undefined;
}

async function setThreshold(unit: Unit, choice: Parameters<Registry['setThreshold']>[0]): Promise<void> {
  const { model, version, run } = choice;
  const threshold = JSON.stringify(choice.threshold);
  const updated = await unit.db
    .updateTable('version')
    .set((row) => ({ threshold, rev: row('rev', '+', 1) }))
    .where('model', '=', model)
    .where('version', '=', version)
    .where(({ eb, or }) => or([eb('threshold', 'is', null), eb(sql`threshold::text`, '!=', threshold)]))
    .executeTakeFirst();
  if (updated.numUpdatedRows === 0n) {
    await readVersion(unit.db, model, version);
    return;
  }
  unit.record({
    model,
    version,
    run,
    kind: 'version.threshold',
    by: workflow,
    reason: textOf(choice.threshold),
    details: choice.threshold,
  });
}

function textOf(chosen: DecisionThreshold): string {
  const { threshold, metric, value, atHalf, rows } = chosen;
  const advice = decidesFrom(chosen) === undefined ? 'advice, as no gate depends on one: ' : '';
  return `${advice}yes from ${threshold.toFixed(3)} on: ${metric} ${value.toFixed(4)} of ${rows} validation rows, ${atHalf.toFixed(4)} from 0.5 on`;
}

function refusedMove(
  { model, version, to }: Parameters<Registry['moveVersion']>[0],
  from: VersionState,
): PerennialError {
  return new PerennialError('PRN-REGISTRY-004', {
    message: `Version ${version} of "${model}" is ${from}; it may not simply become ${to}`,
    details: { model, version, from, to },
  });
}

async function readVersion(db: Kysely<Tables>, model: string, version: number): Promise<VersionRecord> {
  const row = await db
    .selectFrom('version')
    .selectAll()
    .where('model', '=', model)
    .where('version', '=', version)
    .executeTakeFirst();
  if (row === undefined) throw unknownVersion(model, version);
  return record(row);
}

async function readVersions(db: Kysely<Tables>, model: string): Promise<VersionRecord[]> {
  const rows = await db
    .selectFrom('version')
    .selectAll()
    .where('model', '=', model)
    .orderBy('version', 'desc')
    .execute();
  return rows.map(record);
}

function record({ segment: _, seed, createdAt, ...row }: Selectable<Tables['version']>): VersionRecord {
  return { ...row, seed: Number(seed), createdAt: iso(createdAt) };
}
