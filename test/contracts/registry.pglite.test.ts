import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../src/registry/pglite/server.ts';
import { connectRegistry, migrate } from '../../src/registry/postgres/registry.ts';
import { describeDatabase } from './database.contract.ts';
import { describeRegistry } from './registry.contract.ts';

let folder: string;
let database: EmbeddedDatabase;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial pglite '));
  database = await startEmbeddedDatabase({ folder, port: 0 });
});
afterAll(async () => {
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

describeDatabase('PGlite', async () => ({
  connectionString: database.connectionString,
  restart: async () => {
    const port = Number(new URL(database.connectionString).port);
    await database.close();
    database = await startEmbeddedDatabase({ folder, port });
  },
  stop: async () => {},
}));

describeRegistry('PGlite', async (now) => {
  await migrate(database.connectionString);
  return connectRegistry({ connectionString: database.connectionString, now, maxConnections: 10 });
});
