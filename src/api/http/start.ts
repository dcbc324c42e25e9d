import type { Client } from '@temporalio/client';
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { ObjectStore } from '../../artifacts/object-store.ts';
import type { TeamWeights } from '../../compute/turn.ts';
import type { PredictionQueries } from '../../predictions/predictions.ts';
import type { Registry } from '../../registry/registry.ts';
import type { TrafficObserver } from '../../rollout/observed.ts';
import { unattendedJobs } from '../temporal/fleet.ts';
import { registerAuth } from './auth.ts';
import type { ApiContext } from './context.ts';
import { registerFailures } from './failures.ts';
import { registerMetrics } from './metrics.ts';
import { alarmRoutes } from './routes/alarms.ts';
import { applyRoutes } from './routes/apply.ts';
import { checkRoutes } from './routes/checks.ts';
import { consumerRoutes } from './routes/consumers.ts';
import { decisionRoutes } from './routes/decisions.ts';
import { delegationRoutes } from './routes/delegations.ts';
import { evidenceRoutes } from './routes/evidence.ts';
import { fleetRoutes } from './routes/fleet.ts';
import { healthRoutes } from './routes/health.ts';
import { logRoutes } from './routes/logs.ts';
import { machineRoutes } from './routes/machines.ts';
import { modelRoutes } from './routes/models.ts';
import { noticeRoutes } from './routes/notices.ts';
import { queryRoutes } from './routes/query.ts';
import { reproductionRoutes } from './routes/reproductions.ts';
import { rolloutTrafficRoutes } from './routes/rollout-traffic.ts';
import { rolloutRoutes } from './routes/rollouts.ts';
import { runRoutes } from './routes/runs.ts';
import { shadowRoutes } from './routes/shadows.ts';
import { sweepRoutes } from './routes/sweeps.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { triggerRoutes } from './routes/triggers.ts';
import { versionRoutes } from './routes/versions.ts';

export interface ApiOptions {
  readonly registry: Registry;
  readonly store: ObjectStore;
  /** May be lazily connected: routes that need Temporal answer 503 while it is away. */
  readonly temporal: Client;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly logger?: FastifyBaseLogger;
  readonly temporalUiUrl?: string;
  readonly gatewayUrl?: string;
  /** With which senders of messages sign them; without it only tokens are taken. */
  readonly triggerSecret?: string;
  /** Answers questions in SQL; without it there is no route for them. */
  readonly queries?: PredictionQueries;
  /** Reads the request log, for forecasts of rollouts. */
  readonly observer?: TrafficObserver;
  /** What each team may take of busy standing machines; without them all take the same. */
  readonly weights?: TeamWeights;
  /** Adds routes before the server listens: the console's files. */
  readonly extend?: (app: FastifyInstance) => void | Promise<void>;
}

export interface RunningApi {
  readonly url: string;
  close(): Promise<void>;
}

const oneMiB = 1_048_576;

/** Starts the HTTP API. @throws Node's EADDRINUSE when the port is taken */
export async function startApi(options: ApiOptions): Promise<RunningApi> {
  const { registry, store, temporal, temporalUiUrl = null, gatewayUrl = null, weights = new Map() } = options;
  const { triggerSecret = null } = options;
  const app: FastifyInstance = Fastify({
    bodyLimit: oneMiB,
    forceCloseConnections: true,
    ...(options.logger ? { loggerInstance: options.logger } : {}),
  });
  const unattended = unattendedJobs(temporal);
  const context: ApiContext = {
    registry,
    store,
    temporal,
    temporalUiUrl,
    gatewayUrl,
    weights,
    unattended,
    triggerSecret,
    queries: options.queries ?? null,
    observer: options.observer ?? null,
  };
  registerFailures(app);
  registerAuth(app, registry);
  registerMetrics(app, context);
  registerRoutes(app, context);
  if (options.queries) queryRoutes(app, context, options.queries);
  await options.extend?.(app);
  const url = await app.listen({ host: options.host, port: options.port });
  return { url, close: () => app.close() };
}

function registerRoutes(app: FastifyInstance, context: ApiContext): void {
  healthRoutes(app, context, '0.1.0');
  applyRoutes(app, context);
  modelRoutes(app, context);
  reproductionRoutes(app, context);
  checkRoutes(app, context);
  alarmRoutes(app, context);
  runRoutes(app, context);
  logRoutes(app, context);
  decisionRoutes(app, context);
  delegationRoutes(app, context);
  noticeRoutes(app, context);
  evidenceRoutes(app, context);
  rolloutRoutes(app, context);
  rolloutTrafficRoutes(app, context);
  sweepRoutes(app, context);
  machineRoutes(app, context);
  fleetRoutes(app, context);
  tokenRoutes(app, context);
  consumerRoutes(app, context);
  shadowRoutes(app, context);
  triggerRoutes(app, context);
  versionRoutes(app, context);
}
