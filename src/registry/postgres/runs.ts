import type { Kysely, Selectable } from 'kysely';
import type { Actor, Registry, RunOutcome, RunRecord } from '../registry.ts';
import { endAlarms } from './alarm-ends.ts';
import { iso, isoOrNull } from './instants.ts';
import type { Store, Unit } from './store.ts';
import type { Tables } from './tables.ts';
import { unknownModel, unknownRun } from './unknown.ts';

const workflow: Actor = { name: 'perennial', via: 'workflow' };

export function runMethods(store: Store): Pick<Registry, 'openRun' | 'closeRun' | 'runs' | 'run' | 'openRuns'> {
  return {
    openRun: (run) => store.write((unit) => openRun(unit, run)),
    closeRun: (...closing) => store.write((unit) => closeRun(unit, ...closing)),
    runs: (model, limit = 50) => store.read((db) => readRuns(db, model, limit)),
    run: (run) => store.read((db) => readRun(db, run)),
    openRuns: () => store.read(readOpen),
  };
}

async function openRun(unit: Unit, run: Parameters<Registry['openRun']>[0]): Promise<RunRecord> {
  const { db, at } = unit;
  // The lock on the model's row gives the numbers out one by one, and makes the look for an earlier call reliable.
  const counter = await db
    .selectFrom('model')
    .select('runCount')
    .where('model', '=', run.model)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (counter === undefined) throw unknownModel(run.model);
  const opened = await db
    .selectFrom('run')
    .selectAll()
    .where('workflowId', '=', run.workflowId)
    .where('temporalRunId', '=', run.temporalRunId)
    .executeTakeFirst();
  if (opened !== undefined) return record(opened);
  const number = counter.runCount + 1;
  const { model, workflowId, temporalRunId, trigger, asOf, planDigest } = run;
  await db.updateTable('model').set({ runCount: number }).where('model', '=', model).execute();
  const row = await db
    .insertInto('run')
    .values({
      ...{ run: `${model}-r${number}`, model, number, workflowId, temporalRunId, asOf, planDigest },
      ...{ trigger: JSON.stringify(trigger), startedAt: at },
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  unit.record({
    model,
    run: row.run,
    kind: 'run.opened',
    by: workflow,
    reason: trigger.reason,
    details: { trigger, asOf },
  });
  return record(row);
}

/** The first outcome stands. A promoted version answers the alarms of the one before it. */
async function closeRun(
  unit: Unit,
  run: string,
  outcome: RunOutcome,
  summary: string,
  version: number | null = null,
): Promise<void> {
  const { db, at } = unit;
  const row = await db.selectFrom('run').selectAll().where('run', '=', run).forNoKeyUpdate().executeTakeFirst();
  if (row === undefined) throw unknownRun(run);
  if (row.endedAt !== null) return;
  const { model } = row;
  await db.updateTable('run').set({ endedAt: at, outcome, summary, version }).where('run', '=', run).execute();
  unit.record({ model, run, kind: 'run.closed', by: workflow, reason: summary, details: { outcome } });
  if (outcome !== 'promoted') return;
  await endAlarms(unit, model, `${run} has brought a new champion`, workflow, run);
}

async function readRuns(db: Kysely<Tables>, model: string, limit: number): Promise<RunRecord[]> {
  const rows = await db
    .selectFrom('run')
    .selectAll()
    .where('model', '=', model)
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
  return rows.map(record);
}

async function readOpen(db: Kysely<Tables>): Promise<RunRecord[]> {
  const open = db.selectFrom('run').selectAll().where('endedAt', 'is', null);
  return (await open.orderBy('startedAt').execute()).map(record);
}

async function readRun(db: Kysely<Tables>, run: string): Promise<RunRecord> {
  const row = await db.selectFrom('run').selectAll().where('run', '=', run).executeTakeFirst();
  if (row === undefined) throw unknownRun(run);
  return record(row);
}

function record({ number: _, startedAt, endedAt, ...row }: Selectable<Tables['run']>): RunRecord {
  return { ...row, startedAt: iso(startedAt), endedAt: isoOrNull(endedAt) };
}
