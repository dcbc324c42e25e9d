import { type Kysely, sql, type Transaction } from 'kysely';
import type { Actor } from '../registry.ts';
import { openDatabase } from './database.ts';
import { asRegistryError, isTransient } from './failures.ts';
import type { Tables } from './tables.ts';

export interface NewEvent {
  readonly model: string;
  readonly version?: number | null;
  readonly run?: string | null;
  readonly kind: string;
  readonly by: Actor;
  readonly reason?: string | null;
  readonly details?: unknown;
  readonly key?: string;
  /** Defaults to the instant of the transaction. */
  readonly at?: Date;
}

/** One transaction: its rows and its events are kept together or not at all. */
export interface Unit {
  readonly db: Transaction<Tables>;
  readonly at: Date;
  record(event: NewEvent): void;
}

/** The only two ways to the database; both translate connection loss into PRN-REGISTRY-010. */
export interface Store {
  read<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  write<T>(work: (unit: Unit) => Promise<T>): Promise<T>;
  /** The clock of everything that is written. */
  now(): Date;
  close(): Promise<void>;
}

const attempts = 5;

export function openStore(connectionString: string, maxConnections: number, now: () => Date): Store {
  const db = openDatabase(connectionString, maxConnections);
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw asRegistryError(error, connectionString);
    }
  };
  return {
    read: (work) => guarded(() => work(db)),
    write: (work) => guarded(() => retried(() => transact(db, now(), work))),
    now,
    close: () => db.destroy(),
  };
}

function transact<T>(db: Kysely<Tables>, at: Date, work: (unit: Unit) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (transaction) => {
    const events: NewEvent[] = [];
    const value = await work({ db: transaction, at, record: (event) => events.push(event) });
    if (events.length > 0) await append(transaction, events, at);
    return value;
  });
}

/**
 * Last statement of its transaction. The lock makes the ids of one model's events grow in the order of their commits, so that a
 * reader who remembers the last id it saw misses none; taken last, it cannot be part of a deadlock.
 */
async function append(db: Transaction<Tables>, events: readonly NewEvent[], at: Date): Promise<void> {
  for (const model of [...new Set(events.map((event) => event.model))].sort()) {
    await sql`select pg_advisory_xact_lock(hashtextextended(${model}, 0))`.execute(db);
  }
  const rows = events.map((event) => ({
    at: event.at ?? at,
    model: event.model,
    version: event.version ?? null,
    run: event.run ?? null,
    kind: event.kind,
    actor: JSON.stringify(event.by),
    reason: event.reason ?? null,
    details: JSON.stringify(event.details ?? null),
    key: event.key ?? null,
  }));
  await db
    .insertInto('event')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['model', 'key']).where('key', 'is not', null).doNothing())
    .execute();
}

async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error) || attempt === attempts) throw error;
    }
  }
}
