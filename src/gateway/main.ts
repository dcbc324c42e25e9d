import { hostname } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { openStore } from '../platform/connect-storage.ts';
import { announceReady } from '../platform/ready.ts';
import { defaultPorts, readSettings } from '../platform/settings.ts';
import { connectRegistry } from '../registry/postgres/registry.ts';
import { startGateway } from './http/start-gateway.ts';

/** The gateway as a program: it never talks to Temporal, and it starts and answers without the database too. */
const settings = readSettings();
const name = settings.PERENNIAL_NAME ?? `gateway-${hostname()}`;
const registry = await connectRegistry({
  connectionString: settings.PERENNIAL_DATABASE_URL,
  maxConnections: 2,
  lazy: true,
});
const gateway = await startGateway({
  routes: registry,
  store: openStore(settings),
  host: settings.PERENNIAL_HOST,
  port: settings.PERENNIAL_PORT ?? defaultPorts.gateway,
  stateFolder: join(settings.PERENNIAL_STATE, 'gateway', name),
  name,
  logger: pino({ name }),
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(
    signal,
    () =>
      void gateway
        .close()
        .then(() => registry.close())
        .then(() => process.exit(0)),
  );
}
announceReady();
