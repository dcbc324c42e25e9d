import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompiledQuery, Migrator } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../src/registry/pglite/server.ts';
import { openDatabase } from '../../src/registry/postgres/database.ts';
import { migrations } from '../../src/registry/postgres/migrations/all.ts';
import { connectRegistry, migrate } from '../../src/registry/postgres/registry.ts';
import type { Registry } from '../../src/registry/registry.ts';

let folder: string;
let database: EmbeddedDatabase;
let registry: Registry;

const insertModel = `insert into model values ('delays', 'digest', 1, '{"file":{"notify":[]}}', 0, 0, now())`;
const insertAlarm = (asOf: string, closed: string) =>
  `insert into alarm (model, as_of, opened_at, closed_at, summary, evidence)
    values ('delays', '${asOf}', '${asOf}', ${closed}, 'temp moved as of ${asOf}', 'checks/${asOf}.json')`;

/** A database as an earlier release has left it: an alarm a day. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-migration-'));
  database = await startEmbeddedDatabase({ folder, port: 0 });
  const { connectionString } = database;
  const db = openDatabase(connectionString, 1);
  const provider = { getMigrations: async () => ({ ...migrations }) };
  await new Migrator({ db, provider }).migrateTo('0003-meters');
  const statements = [
    insertModel,
    `insert into route (model, changed_at) values ('delays', now())`,
    insertAlarm('2030-01-01T06:00:00Z', 'now()'),
    ...['2030-02-01T06:00:00.250Z', '2030-02-02', '2030-02-03T06:00:00Z'].map((asOf) => insertAlarm(asOf, 'null')),
  ];
  for (const statement of statements) await db.executeQuery(CompiledQuery.raw(statement));
  await db.destroy();
  await migrate(connectionString);
  registry = await connectRegistry({ connectionString });
});
afterAll(async () => {
  await registry?.close();
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

it('folds the open alarms of each day into the newest one', async () => {
  const alarms = await registry.alarms({ model: 'delays' });
  expect(alarms.map(({ asOf, end }) => [asOf, end])).toEqual([
    ['2030-02-03T06:00:00.000Z', null],
    ['2030-02-02T00:00:00.000Z', 'folded'],
    ['2030-02-01T06:00:00.250Z', 'folded'],
    ['2030-01-01T06:00:00.000Z', 'new-champion'],
  ]);
  const since = '2030-02-03T06:00:00.000Z';
  expect(alarms[0]).toMatchObject({ kind: 'drift', severity: 'warning', seenAsOf: since, cleanChecks: 0 });
  expect(alarms[0]?.findings).toEqual([
    {
      ...{ kind: 'drift', code: 'check', column: null, segment: null, severity: 'warning', size: 0 },
      ...{ says: 'temp moved as of 2030-02-03T06:00:00Z', since },
    },
  ]);
});

it('lists the checks that had raised them', async () => {
  const checks = await registry.checks('delays');
  expect(checks.map(({ asOf, verdict }) => [asOf, verdict])).toEqual(
    (await registry.alarms({ model: 'delays' })).map(({ asOf }) => [asOf, 'alarm']),
  );
});
