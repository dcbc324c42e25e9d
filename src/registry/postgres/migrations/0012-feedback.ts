import { type Kysely, type Migration, sql } from 'kysely';

/** Alarms of a new kind: acting on the answers changes the labels. */
export const feedback: Migration = {
  async up(db: Kysely<unknown>) {
    await sql.raw('alter table alarm drop constraint alarm_kind_check').execute(db);
    const kinds = `'quality', 'drift', 'prediction', 'performance', 'feedback'`;
    await sql.raw(`alter table alarm add constraint alarm_kind_check check (kind in (${kinds}))`).execute(db);
  },
};
