import { afterAll, beforeAll } from 'vitest';
import { connectRegistry, migrate } from '../../src/registry/postgres/registry.ts';
import { describeDatabase } from './database.contract.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { describeRegistry } from './registry.contract.ts';

let server: PostgresServer | undefined;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());

describeDatabase('PostgreSQL', async () => {
  if (server === undefined) throw new Error('PostgreSQL was not started');
  return { ...server, stop: async () => {} };
});

describeRegistry('PostgreSQL', async (now) => {
  const connectionString = server?.connectionString ?? '';
  await migrate(connectionString);
  return connectRegistry({ connectionString, now, maxConnections: 10 });
});
