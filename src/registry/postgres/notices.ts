import type { Selectable } from 'kysely';
import { attemptEndsWithinMs, type NewNotice, type NoticeBook, type NoticeRecord } from '../../notice/book.ts';
import type { Actor } from '../actor.ts';
import { violatedConstraint } from './failures.ts';
import { iso } from './instants.ts';
import type { Store, Unit } from './store.ts';
import type { Tables } from './tables.ts';
import { unknownModel } from './unknown.ts';

type Row = Selectable<Tables['notice']>;

const workflow: Actor = { name: 'perennial', via: 'workflow' };

export function noticeMethods(store: Store): NoticeBook {
  return {
    takeNotice: (notice) => store.write((unit) => takeNotice(unit, notice)),
    settleNotice: (settled) => store.write((unit) => settle(unit, settled)),
    notices: (model, limit = 50) =>
      store.read(async (db) => {
        const all = db.selectFrom('notice').selectAll().where('model', '=', model);
        return (await all.orderBy('at', 'desc').orderBy('key').limit(limit).execute()).map(recordOf);
      }),
    linkedEvidence: (sha256) =>
      store.read(async (db) => {
        const row = await db
          .selectFrom('notice')
          .select(['model', 'evidence', 'linkUntil'])
          .where('linkSha256', '=', sha256)
          .executeTakeFirst();
        if (!row?.evidence || !row.linkUntil || row.linkUntil <= store.now()) return null;
        return { model: row.model, evidence: row.evidence };
      }),
  };
}

async function takeNotice(unit: Unit, notice: NewNotice): ReturnType<NoticeBook['takeNotice']> {
  if (await insert(unit, notice)) return { state: 'taken', attempt: 1 };
  const known = await unit.db
    .selectFrom('notice')
    .selectAll()
    .where('key', '=', notice.key)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (known.state === 'sent' || known.state === 'uncertain') return { state: known.state };
  if (known.state === 'sending') {
    if (known.takenAt.getTime() > unit.at.getTime() - attemptEndsWithinMs) return { state: 'being-sent' };
    await end(unit, known, 'uncertain', 'who was sending it has died, so that it may have arrived or not');
    return { state: 'uncertain' };
  }
  const attempts = known.attempts + 1;
  await unit.db
    .updateTable('notice')
    .set({ state: 'sending', attempts, takenAt: unit.at, ...linkOf(notice) })
    .where('key', '=', notice.key)
    .execute();
  return { state: 'taken', attempt: attempts };
}

async function insert({ db, at }: Unit, notice: NewNotice): Promise<boolean> {
  const { key, event, on, model, run, version, text, to } = notice;
  const row = { key, event, word: on, model, run, version, says: text, recipient: to };
  try {
    const inserted = await db
      .insertInto('notice')
      .values({ ...row, state: 'sending', attempts: 1, why: null, takenAt: at, at, ...linkOf(notice) })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .executeTakeFirst();
    return inserted.numInsertedOrUpdatedRows === 1n;
  } catch (error) {
    if (violatedConstraint(error) === 'notice_model_fkey') throw unknownModel(model);
    throw error;
  }
}

function linkOf({ link }: NewNotice) {
  return { evidence: link?.evidence ?? null, linkSha256: link?.sha256 ?? null, linkUntil: link?.until ?? null };
}

async function settle(unit: Unit, settled: Parameters<NoticeBook['settleNotice']>[0]): Promise<void> {
  const { key, state, why = null, last = false } = settled;
  const row = await unit.db.selectFrom('notice').selectAll().where('key', '=', key).forUpdate().executeTakeFirst();
  // Whoever was thought dead comes too late.
  if (row?.state !== 'sending') return;
  await end(unit, row, state, why, last);
}

async function end(unit: Unit, row: Row, state: Row['state'], why: string | null, last = true): Promise<void> {
  await unit.db.updateTable('notice').set({ state, why }).where('key', '=', row.key).execute();
  if (state === 'sent' || !last) return;
  const { model, version, run, word, event, recipient, key } = row;
  unit.record({
    ...{ model, version, run, by: workflow, kind: state === 'uncertain' ? 'notice.uncertain' : 'notice.failed' },
    reason: `"${word}" to ${recipient}: ${why ?? 'no reason given'}`,
    details: { event, to: recipient },
    key: `notice:${key}`,
  });
}

function recordOf({ word, says, recipient, at, ...row }: Row): NoticeRecord {
  const { key, event, model, run, version, state, attempts, why } = row;
  return { key, event, on: word, model, run, version, text: says, to: recipient, state, attempts, why, at: iso(at) };
}
