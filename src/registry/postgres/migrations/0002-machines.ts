import { type Kysely, type Migration, sql } from 'kysely';

/**
 * The first release made a table of machines and never wrote to it: it is made anew. No row refers to a model or run of the
 * registry: what costs money is booked whoever ordered it, also when this database has never heard of them.
 */
const statements = [
  'drop table machine',
  `create table machine (
    machine text primary key,
    model text not null,
    run text not null,
    attempt text not null,
    token text not null,
    offer json not null,
    launched_at timestamptz not null,
    deadline timestamptz not null,
    terminated_at timestamptz,
    ended_as text,
    billed_seconds double precision,
    usd double precision,
    wasted_seconds double precision,
    check ((terminated_at is null) = (ended_as is null)))`,
  'create index machine_of_run on machine (run)',
  'create index machine_newest on machine (launched_at desc, machine desc)',
  `create index machine_living on machine (launched_at) where terminated_at is null`,
  `create table lease (
    lease text primary key,
    run text,
    usd double precision not null check (usd >= 0),
    vcpus integer not null check (vcpus >= 0),
    taken_at timestamptz not null,
    released_at timestamptz)`,
  'create index lease_open on lease (taken_at) where released_at is null',
  `create table avoided_pool (
    pool text primary key,
    until timestamptz not null,
    why text not null)`,
];

export const machines: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
