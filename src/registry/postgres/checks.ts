import { type Selectable, sql } from 'kysely';
import type { AlarmBook } from '../../alarm/book.ts';
import type { CheckMoves, CheckRecord, CheckSummary, NewCheck } from '../../alarm/check-record.ts';
import { countFindings } from '../../alarm/count.ts';
import { alarmRecord } from './alarm-rows.ts';
import { readContext } from './check-context.ts';
import { moveAlarms, reactions } from './check-moves.ts';
import { instant, iso } from './instants.ts';
import type { Store, Unit } from './store.ts';
import type { MovesTaken, Tables } from './tables.ts';

type Db = Parameters<Parameters<Store['read']>[0]>[0];

export function checkMethods(store: Store): Pick<AlarmBook, 'recordCheck' | 'checks' | 'checkRecord' | 'lastChecks'> {
  return {
    recordCheck: async (check) => {
      const asOf = iso(instant(check.asOf, `The time of the check of ${check.model}`));
      return await store.write((unit) => recordCheck(unit, { ...check, asOf }));
    },
    checks: (model, page) => store.read((db) => readChecks(db, model, page)),
    checkRecord: (model, asOf) => store.read((db) => readCheck(db, model, asOf)),
    lastChecks: () => store.read(readLast),
  };
}

async function recordCheck(unit: Unit, check: NewCheck): Promise<CheckMoves> {
  const context = await readContext(unit, check);
  const execution = `${check.workflowId}/${check.temporalRunId}`;
  const earlier = await unit.db
    .selectFrom('checkRecord')
    .select(['execution', 'moves'])
    .where('model', '=', check.model)
    .where('asOf', '=', new Date(check.asOf))
    .executeTakeFirst();
  if (earlier?.execution === execution) return await remembered(unit.db, earlier.moves);
  const moves = await moveAlarms(unit, context, check);
  const taken = { ...moves, reactions: moves.moved ? await reactions(unit, context, check) : [] };
  await save(unit, check, execution, taken);
  return taken;
}

async function save(unit: Unit, check: NewCheck, execution: string, moves: CheckMoves): Promise<void> {
  const ids = (alarms: CheckMoves['opened']) => alarms.map(({ id }) => id);
  const { opened, escalated, awoken, closed } = moves;
  const taken: MovesTaken = {
    ...moves,
    ...{ opened: ids(opened), escalated: ids(escalated), awoken: ids(awoken), closed: ids(closed) },
  };
  const { model, asOf, verdict, summary, evidence, champion } = check;
  const values = {
    ...{ model, asOf, verdict, summary, evidence, champion, execution, at: unit.at },
    findings: JSON.stringify(countFindings(check.findings)),
    judged: JSON.stringify(check.judged),
    measures: JSON.stringify(check.measures),
    durations: JSON.stringify(check.durations),
    trigger: JSON.stringify(check.trigger),
    moves: JSON.stringify(taken),
  };
  await unit.db
    .insertInto('checkRecord')
    .values(values)
    .onConflict((conflict) => conflict.columns(['model', 'asOf']).doUpdateSet(values))
    .execute();
}

/** What was moved the first time, with the alarms as they are now. */
async function remembered(db: Db, taken: MovesTaken): Promise<CheckMoves> {
  const { opened, escalated, awoken, closed } = taken;
  const ids = [...opened, ...escalated, ...awoken, ...closed];
  const rows = ids.length === 0 ? [] : await db.selectFrom('alarm').selectAll().where('id', 'in', ids).execute();
  const pick = (some: readonly number[]) => rows.filter(({ id }) => some.includes(id)).map(alarmRecord);
  return { ...taken, opened: pick(opened), escalated: pick(escalated), awoken: pick(awoken), closed: pick(closed) };
}

const listed = [
  ...(['model', 'asOf', 'verdict', 'summary', 'evidence', 'champion', 'trigger'] as const),
  ...(['at', 'findings', 'durations'] as const),
] as const;

async function readChecks(
  db: Db,
  model: string,
  { before, limit = 50 }: { readonly before?: string; readonly limit?: number } = {},
): Promise<readonly CheckSummary[]> {
  const all = db.selectFrom('checkRecord').select(listed).where('model', '=', model).orderBy('asOf', 'desc');
  const paged = before === undefined ? all : all.where('asOf', '<', instant(before, 'The time to look before'));
  return (await paged.limit(limit).execute()).map(summary);
}

async function readCheck(db: Db, model: string, asOf: string): Promise<CheckRecord | null> {
  const row = await db
    .selectFrom('checkRecord')
    .select([...listed, 'judged', 'measures'])
    .where('model', '=', model)
    .where('asOf', '=', instant(asOf, 'The time of the check'))
    .executeTakeFirst();
  return row === undefined ? null : { ...summary(row), judged: row.judged, measures: row.measures };
}

/** One step into the index a model: a plain maximum would read every check. */
async function readLast(db: Db): Promise<readonly CheckRecord[]> {
  const rows = await db
    .selectFrom('model')
    .innerJoinLateral(
      (inner) =>
        inner
          .selectFrom('checkRecord')
          .select(listed.filter((name) => name !== 'model').map((name) => `checkRecord.${name}` as const))
          .select(['checkRecord.judged', 'checkRecord.measures'])
          .whereRef('checkRecord.model', '=', 'model.model')
          .orderBy('checkRecord.asOf', 'desc')
          .limit(1)
          .as('last'),
      (join) => join.on(sql<boolean>`true`),
    )
    .select('model.model')
    .selectAll('last')
    .orderBy('model.model')
    .execute();
  return rows.map((row) => ({ ...summary(row), judged: row.judged, measures: row.measures }));
}

function summary({ at, asOf, ...row }: Pick<Selectable<Tables['checkRecord']>, (typeof listed)[number]>): CheckSummary {
  const { model, verdict, summary: says, evidence, champion, trigger, findings, durations } = row;
  return {
    ...{ model, asOf: iso(asOf), at: iso(at), verdict, summary: says, evidence, champion },
    ...{ trigger, findings, durations },
  };
}
