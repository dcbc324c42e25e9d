import { type Kysely, type Migration, sql } from 'kysely';

const statements = [
  `create table delegation (
    id integer generated always as identity primary key,
    role text not null,
    holder text not null,
    receiver text not null,
    until timestamptz not null,
    reason text not null,
    actor json not null,
    at timestamptz not null,
    revoked json,
    check (holder <> receiver))`,
  'create index delegation_of_receiver on delegation (receiver, until) where revoked is null',
  `create table notice (
    key text primary key,
    event text not null,
    word text not null,
    model text not null references model,
    run text,
    version integer,
    says text not null,
    recipient text not null,
    state text not null check (state in ('sending', 'sent', 'refused', 'uncertain')),
    attempts integer not null,
    why text,
    evidence text,
    link_sha256 text unique,
    link_until timestamptz,
    taken_at timestamptz not null,
    at timestamptz not null)`,
  'create index notice_of_model on notice (model, at)',
];

/** Roles that people lend each other, and what was told to whom. */
export const people: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
