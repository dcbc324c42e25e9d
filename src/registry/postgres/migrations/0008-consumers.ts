import { type Kysely, type Migration, sql } from 'kysely';

/** Consumers have keys and quotas, and are known before they first call. */
const statements = [
  'alter table consumer alter column first_seen drop not null, alter column last_seen drop not null',
  `alter table consumer
    add column sha256 text,
    add column requests_per_minute integer check (requests_per_minute > 0),
    add column requests bigint not null default 0`,
  'create unique index consumer_key on consumer (model, sha256)',
];

export const consumers: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
