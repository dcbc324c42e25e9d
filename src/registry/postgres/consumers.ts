import { sql } from 'kysely';
import { PerennialError } from '../../errors/error.ts';
import type { ConsumerBook, ConsumerRecord } from '../consumer-book.ts';
import { violatedConstraint } from './failures.ts';
import { iso } from './instants.ts';
import type { Store } from './store.ts';
import { unknownModel } from './unknown.ts';

export function consumerMethods(store: Store): ConsumerBook {
  return {
    declareConsumer: (consumer) => declareConsumer(store, consumer),
    revokeConsumer: (model, consumer) =>
      store.write(async ({ db }) => {
        const { numUpdatedRows } = await db
          .updateTable('consumer')
          .set({ sha256: null, requestsPerMinute: null })
          .where('model', '=', model)
          .where('consumer', '=', consumer)
          .where('sha256', 'is not', null)
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
    consumers: () => readConsumers(store),
    sawConsumers: (seen) => countConsumers(store, seen),
  };
}

async function declareConsumer(store: Store, given: Parameters<ConsumerBook['declareConsumer']>[0]): Promise<void> {
  const { model, consumer, sha256, requestsPerMinute } = given;
  const key = { sha256, requestsPerMinute };
  try {
    await store.write(({ db }) =>
      db
        .insertInto('consumer')
        .values({ model, consumer, ...key })
        .onConflict((conflict) => conflict.columns(['model', 'consumer']).doUpdateSet(key))
        .execute(),
    );
  } catch (error) {
    const violated = violatedConstraint(error);
    if (violated === 'consumer_model_fkey') throw unknownModel(model);
    // One key under two names would leave open who has called.
    if (violated !== 'consumer_key') throw error;
    const message = `The consumer "${consumer}" of ${model} has the same key as another one`;
    throw new PerennialError('PRN-REGISTRY-005', { message, hint: 'Make a new key for this consumer.' });
  }
}

async function readConsumers(store: Store): Promise<ConsumerRecord[]> {
  const rows = await store.read((db) =>
    db.selectFrom('consumer').selectAll().orderBy('model').orderBy('consumer').execute(),
  );
  return rows.map(({ firstSeen, lastSeen, requests, ...row }) => ({
    ...row,
    requests: Number(requests),
    firstSeen: firstSeen === null ? null : iso(firstSeen),
    lastSeen: lastSeen === null ? null : iso(lastSeen),
  }));
}

async function countConsumers(store: Store, seen: Parameters<ConsumerBook['sawConsumers']>[0]): Promise<void> {
  await store.write(async ({ db, at }) => {
    for (const { model, consumer, requests } of seen) {
      await sql`
        insert into consumer (model, consumer, first_seen, last_seen, requests)
        select ${model}, ${consumer}, ${at}, ${at}, ${requests} where exists (select 1 from model where model = ${model})
        on conflict (model, consumer) do update set
          first_seen = coalesce(consumer.first_seen, excluded.first_seen),
          last_seen = excluded.last_seen,
          requests = consumer.requests + excluded.requests`.execute(db);
    }
  });
}
