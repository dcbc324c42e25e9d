import { hostname } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { openStore } from '../platform/connect-storage.ts';
import { announceReady } from '../platform/ready.ts';
import { defaultPorts, readSettings, type Settings } from '../platform/settings.ts';
import { connectRegistry } from '../registry/postgres/registry.ts';
import { collectStart, missingFlags } from './http/collector.ts';
import { isFirstProcess, runProcesses } from './http/gateway-processes.ts';
import { rehearse } from './http/rehearsal.ts';
import { startGateway } from './http/start-gateway.ts';
import { goFirst } from './onnx/precedence.ts';

/** The gateway as a program: it never talks to Temporal, and it starts and answers without the database too. */
const settings = readSettings();
const name = settings.PERENNIAL_NAME ?? `gateway-${hostname()}`;
const logger = pino({ name });
const count = settings.PERENNIAL_GATEWAY_PROCESSES;
if (count > 1 && isFirstProcess()) runProcesses({ count, name, logger, onReady: announceReady });
else await serve(settings);

async function serve(from: Settings): Promise<void> {
  const missing = missingFlags();
  if (missing.length > 0) logger.info({}, `requests wait less where Node is started with ${missing.join(' ')}`);
  if (!(await rehearse())) logger.warn({}, 'the first requests may be slow: a rehearsal on the loopback did not end');
  const registry = await connectRegistry({
    connectionString: from.PERENNIAL_DATABASE_URL,
    maxConnections: 2,
    lazy: true,
  });
  const gateway = await startGateway({
    routes: registry,
    store: openStore(from),
    host: from.PERENNIAL_HOST,
    port: from.PERENNIAL_PORT ?? defaultPorts.gateway,
    stateFolder: join(from.PERENNIAL_STATE, 'gateway', name),
    name,
    logger,
    limits: { bodyBytes: from.PERENNIAL_GATEWAY_BODY_MIB * 1024 * 1024, rows: from.PERENNIAL_GATEWAY_ROWS },
    consumers: from.PERENNIAL_GATEWAY_CONSUMERS,
    holdback: from.PERENNIAL_GATEWAY_HOLDBACK,
  });
  collectStart();
  const wanted = from.PERENNIAL_GATEWAY_NICENESS;
  const niceness = goFirst(wanted);
  const why = niceness === wanted ? '' : `: this user may not have ${wanted} (PERENNIAL_GATEWAY_NICENESS)`;
  logger.info({ niceness }, `the event loop's niceness is ${niceness}${why}`);
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
}
