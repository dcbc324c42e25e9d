import { hostname, userInfo } from 'node:os';
import { Client } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import pino from 'pino';
import { openReportedRegistry } from '../platform/connect-evidence.ts';
import { openRegistry, openStore } from '../platform/connect-storage.ts';
import { announceReady } from '../platform/ready.ts';
import { defaultPorts, readSettings } from '../platform/settings.ts';
import { teamWeights } from '../platform/standing-settings.ts';
import { registerLocalToken } from '../platform/token.ts';
import { duckdbPredictionQueries } from '../predictions/duckdb/ask.ts';
import { duckdbObserver } from '../rollout/duckdb/observe.ts';
import { startApi } from './http/start.ts';
import { lazyConnection } from './temporal/connection.ts';

/** The API as a program. */
const settings = readSettings();
const logger = pino({ name: settings.PERENNIAL_NAME ?? `api@${hostname()}` });
const { connectionOptions, namespace } = loadClientConnectConfig();
const connection = lazyConnection(connectionOptions);
const store = openStore(settings);
const registry = openReportedRegistry(await openRegistry(settings), store);
await registerLocalToken(registry, settings.PERENNIAL_STATE, userInfo().username);

const api = await startApi({
  registry,
  store,
  temporal: new Client({ connection, ...(namespace ? { namespace } : {}) }),
  host: settings.PERENNIAL_HOST,
  port: settings.PERENNIAL_PORT ?? defaultPorts.api,
  logger,
  gatewayUrl: settings.PERENNIAL_GATEWAY_URL,
  weights: teamWeights(settings),
  observer: duckdbObserver({ store, now: () => new Date() }),
  queries: duckdbPredictionQueries({
    tempFolder: `${settings.PERENNIAL_STATE}/temp`,
    memoryLimit: '512MB',
    threads: 1,
  }),
  ...(settings.PERENNIAL_TRIGGER_SECRET ? { triggerSecret: settings.PERENNIAL_TRIGGER_SECRET } : {}),
  ...(settings.PERENNIAL_TEMPORAL_UI_URL ? { temporalUiUrl: settings.PERENNIAL_TEMPORAL_UI_URL } : {}),
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(
    signal,
    () =>
      void api
        .close()
        .then(() => Promise.all([registry.close(), connection.close()]))
        .then(() => process.exit(0)),
  );
}
announceReady();
