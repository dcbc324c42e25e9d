import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../../src/registry/postgres/migrations/all.ts';
import { connectRegistry, migrate } from '../../src/registry/postgres/registry.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { ana, canary, freshModel, liveModel, planOf } from './registry-fixtures.ts';

export interface DatabaseUnderTest {
  readonly connectionString: string;
  /** Ends all connections and comes back at the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** What the tables themselves must guarantee, whoever writes to them, and how the adapter lives with a database that goes away. */
export function describeDatabase(name: string, start: () => Promise<DatabaseUnderTest>): void {
  describe(`database ${name}`, () => {
    let database: DatabaseUnderTest;
    let registry: Registry;
    let client: Client;
    beforeAll(async () => {
      database = await start();
    });
    afterAll(async () => {
      await client?.end().catch(() => {});
      await registry?.close();
      await database?.stop();
    });

    it('says that the tables are missing before the first migration', async () => {
      const connecting = connectRegistry({ connectionString: database.connectionString });
      await expect(connecting).rejects.toMatchObject({ code: 'PRN-REGISTRY-011', retryable: true });
    });

    it('migrates once when several processes start together', async () => {
      const results = await Promise.all(Array.from({ length: 4 }, () => migrate(database.connectionString)));
      expect(results.flat()).toEqual(Object.keys(migrations));
      registry = await connectRegistry({ connectionString: database.connectionString });
      client = new Client({ connectionString: database.connectionString });
      client.on('error', () => {});
      await client.connect();
    });

    it.each(['update event set reason = null', 'delete from event', 'truncate event'])(
      'refuses "%s"',
      async (statement) => {
        const model = await freshModel(registry);
        await expect(client.query(statement)).rejects.toThrow('append-only');
        expect(await registry.events(model)).toHaveLength(1);
      },
    );

    it.each([
      ['stable', 'version_one_stable'],
      ['canary', 'version_one_canary'],
    ])('refuses a second %s version, whoever writes it', async (state, index) => {
      const model = await liveModel(registry, 3);
      await registry.setRollout(canary(model, 2, 'a'));
      const second = client.query('update version set state = $1 where model = $2 and version = 3', [state, model]);
      await expect(second).rejects.toMatchObject({ constraint: index });
    });

    it('keeps neither rows nor events of a move that fails half-way', async () => {
      const model = await liveModel(registry, 2);
      const before = await registry.events(model);
      await client.query(`create function fail() returns trigger language plpgsql as $$ begin raise 'planted'; end $$`);
      await client.query('create trigger planted before update on route for each row execute function fail()');
      await expect(registry.setRollout(canary(model, 2, 'a'))).rejects.toThrow('planted');
      await client.query('drop trigger planted on route');
      expect(await registry.events(model)).toEqual(before);
      expect((await registry.version(model, 2)).state).toBe('challenger');
    });

    it('survives a restart of the database, also in the middle of calls', async () => {
      const model = await freshModel(registry);
      let calling = true;
      const failures: unknown[] = [];
      const call = async (): Promise<void> => {
        while (calling) {
          await registry.addEvent({ model, kind: 'note', by: ana }).catch((error: unknown) => failures.push(error));
        }
      };
      const calls = [call(), call(), call()];
      await database.restart();
      calling = false;
      await Promise.all(calls);
      for (const failure of failures) expect(failure).toMatchObject({ code: 'PRN-REGISTRY-010', retryable: true });
      expect(await registry.applyModel(planOf(model), ana)).toEqual({ revision: 1, changed: false });
    });

    it('says where nobody answers, without the password, and that trying again can help', async () => {
      const connectionString = 'postgres://user:secret@127.0.0.1:1/perennial';
      const refused = {
        code: 'PRN-REGISTRY-010',
        retryable: true,
        message: expect.stringContaining('127.0.0.1:1/perennial'),
      };
      await expect(connectRegistry({ connectionString })).rejects.toMatchObject(refused);
      const failure = await migrate(connectionString).catch(String);
      expect(failure).not.toContain('secret');
    });
  });
}
