import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { ConsumerRule } from '../consumers.ts';
import { defaultFloors, type FloorLimits } from '../floors.ts';
import { defaultLimits, type GatewayLimits } from '../limits.ts';
import { type PrepareStarter, startPrepareStarter } from '../onnx/prepare-starter.ts';
import type { GatewayStore, RouteSource } from '../ports.ts';
import { servingAt } from '../serving.ts';
import { ConsumerKeeper } from './consumer-keeper.ts';
import { type CopyQueue, createCopyQueue } from './copy-queue.ts';
import { createDesk } from './desk.ts';
import { type GatewayLogger, silentLogger } from './logger.ts';
import { createMetrics, type GatewayMetrics } from './metrics.ts';
import { type Pressure, watchPressure } from './pressure.ts';
import { RouteKeeper } from './route-keeper.ts';
import { SegmentLog } from './segment-log.ts';
import { createServer } from './server.ts';
import { VersionShelf } from './version-shelf.ts';
import { within } from './within.ts';

export interface GatewayOptions {
  readonly routes: RouteSource;
  readonly store: GatewayStore;
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  /** This gateway's own folder: last known routes, model files, log lines on their way. */
  readonly stateFolder: string;
  /** Names its log segments and its halts; unique among the gateways of one object store. */
  readonly name: string;
  readonly logger?: GatewayLogger;
  readonly pollMs?: number;
  readonly floors?: Partial<FloorLimits>;
  /** How long a canary or shadow may take for one call. */
  readonly challengerTimeoutMs?: number;
  /** Program of a challenger's process, for tests. */
  readonly challengerProgram?: string;
  readonly limits?: Partial<GatewayLimits>;
  /** Share of rows, 0 to 1, whose callers are told not to act on the answer, so that a model's own effect can be measured. */
  readonly holdback?: number;
  /** Whether callers must show a key that the registry knows. */
  readonly consumers?: ConsumerRule;
  /** One among others of this process, with nothing to look into: it starts no program, and counts nothing of the process. */
  readonly isPractice?: boolean;
}

export interface RunningGateway {
  readonly url: string;
  /** Answers what is under way, then sends the rest of the log. */
  close(): Promise<void>;
}

/** Patience with callers and challengers that are still busy when the gateway closes. */
const lastWordsMs = 3_000;

/**
 * Starts a gateway. It answers as soon as this resolves, with what the registry or, when that is silent, the state folder knows; models
 * that could not be loaded yet are tried again while it runs.
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { logger = silentLogger, name, stateFolder } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const pressure = watchPressure(limits.lagMs);
  const parts = assemble(options, limits, logger);
  const rule = options.consumers ?? 'open';
  const consumers = new ConsumerKeeper({ source: options.routes, rule, stateFolder, logger });
  const { keeper, shelf, log, metrics } = parts;
  const copies = createCopyQueue((fault) => logger.error({ fault: String(fault) }, 'a copy for a shadow failed'));
  const desk = createDesk({ keeper, copies, log, metrics, floors: { ...defaultFloors, ...options.floors } });
  parts.onCrash = (model, version) => {
    const live = keeper.model(model)?.live;
    if (live == null) return;
    const { canary, shadow } = live.route;
    if (version === canary || version === shadow) desk.challengerEnded(live, version, 'crash');
    else desk.shadowEnded(live, version, 'crash');
  };
  const app = createServer({
    keeper,
    shelf,
    log,
    metrics,
    desk,
    logger,
    limits,
    pressure,
    consumers,
    holdback: options.holdback ?? 0,
    newId: createIds(name),
  });
  const close = closerOf({ app, pressure, consumers, copies, logger, ...parts });
  try {
    await log.start();
    await consumers.start();
    await keeper.start();
    await app.listen({ port: options.port, host: options.host });
  } catch (error) {
    // Who cannot answer follows no routes, and keeps no program.
    await close();
    throw error;
  }
  const url = urlOf(app);
  logger.info({ url, stateFolder }, 'gateway answers');
  let closing: Promise<void> | undefined;
  return {
    url,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function urlOf({ server }: FastifyInstance): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

interface Closing extends Pick<Assembled, 'keeper' | 'shelf' | 'log' | 'starter'> {
  readonly app: FastifyInstance;
  readonly pressure: Pressure;
  readonly consumers: ConsumerKeeper;
  readonly copies: CopyQueue;
  readonly logger: GatewayLogger;
}

function closerOf(closing: Closing): () => Promise<void> {
  const { app, pressure, keeper, consumers, copies, shelf, log, starter, logger } = closing;
  return async () => {
    // Who has sent half a request, and goes on slowly, is not waited for.
    const late = setTimeout(() => app.server.closeAllConnections(), lastWordsMs);
    await app.close();
    clearTimeout(late);
    await within(copies.drained(), lastWordsMs).catch(() => undefined);
    pressure.close();
    await keeper.close();
    await consumers.close();
    await within(shelf.close(), lastWordsMs).catch((error: unknown) =>
      logger.warn({ error: String(error) }, 'a version is still busy'),
    );
    starter.close();
    await log.close();
  };
}

interface Assembled {
  readonly keeper: RouteKeeper;
  readonly shelf: VersionShelf;
  readonly log: SegmentLog;
  readonly metrics: GatewayMetrics;
  readonly starter: PrepareStarter;
  onCrash: (model: string, version: number) => void;
}

function assemble(options: GatewayOptions, limits: GatewayLimits, logger: GatewayLogger): Assembled {
  const { routes: source, store, stateFolder, name } = options;
  const { isPractice = false } = options;
  const gauges = { unsentSegments: () => assembled.log.unsent(), routes: () => shares(assembled.keeper) };
  const metrics: GatewayMetrics = createMetrics(gauges, { ofProcess: !isPractice });
  const log = new SegmentLog({ store, stateFolder, name, logger, onUpload: metrics.uploaded });
  const starter = isPractice ? noStarter : startPrepareStarter();
  const shelf = new VersionShelf({
    starter,
    source,
    store,
    stateFolder,
    logger,
    challengerTimeoutMs: options.challengerTimeoutMs ?? 1_000,
    longestWaitMs: limits.waitMs,
    challengerProgram: options.challengerProgram,
    onCrash: (model, version) => assembled.onCrash(model, version),
  });
  const keeper = new RouteKeeper({
    source,
    shelf,
    stateFolder,
    name,
    pollMs: options.pollMs ?? 250,
    logger,
    onPoll: metrics.polled,
    onHalt: metrics.halted,
  });
  const assembled: Assembled = { keeper, shelf, log, metrics, starter, onCrash: () => undefined };
  return assembled;
}

const noStarter: PrepareStarter = {
  prepare: () => Promise.reject(new Error('a practice looks into nothing')),
  close: () => undefined,
};

function* shares(keeper: RouteKeeper): Generator<{ model: string; rev: number; share: number }> {
  for (const [model, { route, live }] of keeper.models()) {
    yield { model, rev: route.rev, share: live === null ? 0 : servingAt(live.plan, Date.now()).share };
  }
}

/** Unique over restarts without a random source per request. */
function createIds(name: string): () => string {
  const prefix = `${name}-${Date.now().toString(36)}-${process.pid.toString(36)}-`;
  let count = 0;
  return () => {
    count += 1;
    return prefix + count.toString(36);
  };
}
