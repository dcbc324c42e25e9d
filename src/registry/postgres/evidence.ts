import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Actor, Registry } from '../registry.ts';
import { violatedConstraint } from './failures.ts';
import { iso } from './instants.ts';
import type { Store, Unit } from './store.ts';
import type { Tables } from './tables.ts';
import { unknownModel, unknownRun, unknownVersion } from './unknown.ts';

const workflow: Actor = { name: 'perennial', via: 'workflow' };

export function evidenceMethods(store: Store): Pick<Registry, 'recordEvaluation' | 'recordDecision' | 'decisions'> {
  return {
    recordEvaluation: (evaluation) => store.write((unit) => recordEvaluation(unit, evaluation)),
    recordDecision: (decision) => store.write((unit) => recordDecision(unit, decision)),
    decisions: (model, run) => store.read((db) => readDecisions(db, model, run)),
  };
}

/** One per run and version: a stage that was retried replaces what it found before. */
async function recordEvaluation(unit: Unit, evaluation: Parameters<Registry['recordEvaluation']>[0]): Promise<void> {
  const { db, at } = unit;
  const { run, model, version, key, verdict } = evaluation;
  const metrics = JSON.stringify(evaluation.metrics);
  const updated = await db
    .updateTable('version')
    .set((row) => ({ metrics, rev: row('rev', '+', 1) }))
    .where('model', '=', model)
    .where('version', '=', version)
    .executeTakeFirst();
  if (updated.numUpdatedRows === 0n) throw unknownVersion(model, version);
  try {
    await db
      .insertInto('evaluation')
      .values({ run, model, version, metrics, key, verdict, at })
      .onConflict((conflict) =>
        conflict.columns(['run', 'model', 'version']).doUpdateSet({ metrics, key, verdict, at }),
      )
      .execute();
  } catch (error) {
    if (violatedConstraint(error) === 'evaluation_run_fkey') throw unknownRun(run);
    throw error;
  }
  const natural = `evaluation:${digestOf([run, version, key, verdict, evaluation.metrics])}`;
  unit.record({
    model,
    version,
    run,
    kind: 'version.evaluated',
    by: workflow,
    details: { verdict, key },
    key: natural,
  });
}

/** A decision has no natural number: the same decision for the same reasons on the same evidence is the same row. */
async function recordDecision(unit: Unit, decision: Parameters<Registry['recordDecision']>[0]): Promise<void> {
  const { db, at } = unit;
  const { run, model, version, kind, verdict, by, reason } = decision;
  const digest = digestOf([model, run, version, kind, verdict, by.name, by.via, reason, decision.evidence ?? null]);
  const evidence = JSON.stringify(decision.evidence ?? null);
  try {
    const inserted = await db
      .insertInto('decision')
      .values({ digest, model, run, version, kind, verdict, actor: JSON.stringify(by), reason, evidence, at })
      .onConflict((conflict) => conflict.column('digest').doNothing())
      .executeTakeFirst();
    if (inserted.numInsertedOrUpdatedRows !== 1n) return;
  } catch (error) {
    if (violatedConstraint(error) === 'decision_model_fkey') throw unknownModel(model);
    throw error;
  }
  unit.record({ model, version, run, kind: `decision.${kind}`, by, reason, details: { verdict } });
}

/** In the order in which they were taken. */
async function readDecisions(db: Kysely<Tables>, model: string, run: string | undefined) {
  const all = db.selectFrom('decision').selectAll().where('model', '=', model).orderBy('id');
  const rows = await (run === undefined ? all : all.where('run', '=', run)).execute();
  return rows.map(({ at, run, version, kind, verdict, actor, reason, evidence }) => ({
    ...{ at: iso(at), run, version, kind, verdict, by: actor, reason, evidence },
  }));
}

function digestOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
