import { type Kysely, type Migration, sql } from 'kysely';

/** Results of trainings by what they were made of, and what each version was trained from. */
const statements = [
  `create table stage_cache (
    key text primary key,
    model text not null references model,
    run text not null,
    stage text not null,
    ingredients json not null,
    claimed_at timestamptz not null,
    made_at timestamptz,
    kept json,
    constraint stage_cache_made check ((made_at is null) = (kept is null)))`,
  'create index stage_cache_last on stage_cache (model, stage, made_at desc)',
  'alter table version add column record json',
];

export const stageCache: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
