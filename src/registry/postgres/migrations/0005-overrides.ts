import { type Kysely, type Migration, sql } from 'kysely';

/** A person who overrules gates decides too: that is kept like every decision, with its reason. */
const statements = [
  'alter table decision drop constraint decision_kind_check',
  `alter table decision add constraint decision_kind_check check (kind in ('gates', 'approval', 'rollout', 'override'))`,
  'create index event_of_version on event (model, version, id)',
];

export const overrides: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
