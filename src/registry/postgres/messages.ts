import type { MessageBook } from '../message-book.ts';
import type { Store, Unit } from './store.ts';

type Named = Parameters<MessageBook['returnMessage']>[0];

const answeredWithinMs = 60_000;
const rememberedMs = 30 * 86_400_000;

export function messageMethods(store: Store): MessageBook {
  return {
    takeMessage: (message) => store.write((unit) => takeMessage(unit, message)),
    answerMessage: ({ answer, ...message }) =>
      store.write(async (unit) => {
        await one(unit, message)
          .set({ answer: JSON.stringify(answer) })
          .execute();
      }),
    returnMessage: ({ source, id }) =>
      store.write(async ({ db }) => {
        const own = db.deleteFrom('message').where('source', '=', source).where('id', '=', id);
        await own.where('answer', 'is', null).execute();
      }),
  };
}

function one({ db }: Unit, { source, id }: Named) {
  return db.updateTable('message').where('source', '=', source).where('id', '=', id);
}

async function takeMessage(unit: Unit, { source, id }: Named): ReturnType<MessageBook['takeMessage']> {
  const { db, at } = unit;
  await db
    .deleteFrom('message')
    .where('takenAt', '<', new Date(at.getTime() - rememberedMs))
    .execute();
  const inserted = await db
    .insertInto('message')
    .values({ source, id, takenAt: at, answer: null })
    .onConflict((conflict) => conflict.columns(['source', 'id']).doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 1n) return { state: 'taken' };
  const known = await db
    .selectFrom('message')
    .selectAll()
    .where('source', '=', source)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (known.answer !== null) return { state: 'answered', answer: known.answer };
  if (known.takenAt.getTime() > at.getTime() - answeredWithinMs) return { state: 'being-answered' };
  await one(unit, { source, id }).set({ takenAt: at }).execute();
  return { state: 'taken' };
}
