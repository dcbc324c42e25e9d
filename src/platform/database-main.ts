import { startEmbeddedDatabase } from '../registry/pglite/server.ts';
import { migrate } from '../registry/postgres/registry.ts';
import { announceReady } from './ready.ts';
import { readSettings } from './settings.ts';

/** The embedded database as a program of its own: PGlite on a socket, with its tables up to date. */
const settings = readSettings();
const database = await startEmbeddedDatabase({
  folder: `${settings.PERENNIAL_STATE}/database`,
  port: settings.PERENNIAL_PORT ?? 5460,
  host: settings.PERENNIAL_HOST,
});
await migrate(database.connectionString);
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => void database.close().then(() => process.exit(0)));
announceReady();
