import { type Kysely, type Migration, sql } from 'kysely';

/** Versions that see copies of requests whatever rollouts do. */
export const shadows: Migration = {
  async up(db: Kysely<unknown>) {
    await sql.raw("alter table route add column shadows json not null default '[]'").execute(db);
  },
};
