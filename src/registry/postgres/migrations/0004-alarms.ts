import { type Kysely, type Migration, sql } from 'kysely';

/** A row of an earlier release knows one line of text: that is its only finding. */
const onlyFinding = `json_build_array(json_build_object(
  'kind', 'drift', 'code', 'check', 'column', null, 'segment', null, 'severity', 'warning', 'size', 0,
  'says', summary, 'since', to_char(as_of at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))`;

/** Earlier releases opened an alarm a day. Of those that are open the newest stays, and stands for all. */
const alarms = [
  'alter table alarm drop constraint alarm_model_as_of_key',
  'alter table alarm alter column as_of type timestamptz using as_of::timestamptz',
  `alter table alarm
    add column kind text not null default 'drift' check (kind in ('quality', 'drift', 'prediction', 'performance')),
    add column severity text not null default 'warning' check (severity in ('warning', 'critical')),
    add column findings json,
    add column finding_count integer not null default 1,
    add column seen_as_of timestamptz,
    add column judged_as_of timestamptz,
    add column clean_checks integer not null default 0,
    add column acknowledged json,
    add column snoozed_until timestamptz,
    add column ended_as text,
    add column hushes boolean not null default false`,
  `update alarm set findings = ${onlyFinding}, seen_as_of = as_of, judged_as_of = as_of,
    ended_as = case when closed_at is null then null else 'new-champion' end`,
  `update alarm set closed_at = opened_at, ended_as = 'folded'
    where closed_at is null and id not in (select max(id) from alarm where closed_at is null group by model)`,
  `alter table alarm
    alter column findings set not null,
    alter column seen_as_of set not null,
    alter column judged_as_of set not null,
    alter column kind drop default,
    alter column severity drop default,
    alter column finding_count drop default,
    add constraint alarm_end check ((closed_at is null) = (ended_as is null))`,
  'create unique index alarm_one_open on alarm (model, kind) where closed_at is null',
  'create index alarm_of_model on alarm (model, id)',
  'create index alarm_open on alarm (id) where closed_at is null',
  'create index alarm_hushing on alarm (model) where hushes',
  `create table mute (
    model text not null references model,
    column_name text,
    code text,
    until timestamptz,
    actor json not null,
    reason text not null,
    at timestamptz not null,
    check (column_name is not null or code is not null))`,
  `create unique index mute_what on mute (model, coalesce(column_name, ''), coalesce(code, ''))`,
];

const checks = [
  'create index run_open on run (started_at) where ended_at is null',
  `create table check_record (
    model text not null references model,
    as_of timestamptz not null,
    verdict text not null check (verdict in ('alarm', 'quiet', 'no-champion', 'too-little-data')),
    summary text not null,
    evidence text,
    champion integer,
    findings json not null,
    judged json not null,
    measures json not null,
    durations json not null,
    trigger json not null,
    execution text not null,
    moves json not null,
    at timestamptz not null,
    primary key (model, as_of))`,
  `insert into check_record
    select model, as_of, 'alarm', summary, evidence, null, '{"drift":{"warning":1}}', '["drift"]', '{}', '{}',
      '{"kind":"manual","by":"an earlier release"}', '', '{}', opened_at from alarm`,
];

/** Messages that triggered something, by which a second delivery is known. */
const messages = [
  `create table message (
    source text not null,
    id text not null,
    taken_at timestamptz not null,
    answer json,
    primary key (source, id))`,
  'create index message_age on message (taken_at)',
];

export const alarmsAndChecks: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of [...alarms, ...checks, ...messages]) await sql.raw(statement).execute(db);
  },
};
