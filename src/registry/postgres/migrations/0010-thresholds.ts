import { type Kysely, type Migration, sql } from 'kysely';

/** From which probability on each version says yes. */
export const thresholds: Migration = {
  async up(db: Kysely<unknown>) {
    await sql.raw('alter table version add column threshold json').execute(db);
  },
};
