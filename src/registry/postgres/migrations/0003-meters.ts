import { type Kysely, type Migration, sql } from 'kysely';

/** From when on a machine is paid for, and since when its end is asked for in vain. */
export const meters: Migration = {
  async up(db: Kysely<unknown>) {
    await sql
      .raw(
        `alter table machine
          add column running_at timestamptz,
          add column stuck_since timestamptz,
          add column stuck_why text,
          add constraint machine_stuck check ((stuck_since is null) = (stuck_why is null))`,
      )
      .execute(db);
  },
};
