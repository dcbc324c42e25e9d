import type { GatewayLimits } from '../limits.ts';
import type { Desk } from '../serve.ts';
import type { ConsumerKeeper } from './consumer-keeper.ts';
import type { GatewayLogger } from './logger.ts';
import type { GatewayMetrics } from './metrics.ts';
import type { Pressure } from './pressure.ts';
import type { RouteKeeper } from './route-keeper.ts';
import type { SegmentLog } from './segment-log.ts';
import type { VersionShelf } from './version-shelf.ts';

/** What the HTTP paths share. */
export interface GatewayParts {
  readonly keeper: Pick<RouteKeeper, 'model' | 'models' | 'lastPollAt'>;
  readonly shelf: Pick<VersionShelf, 'find' | 'obtain' | 'failure'>;
  readonly log: Pick<SegmentLog, 'append' | 'spooled'>;
  readonly metrics: GatewayMetrics;
  readonly desk: Desk;
  readonly logger: GatewayLogger;
  readonly limits: GatewayLimits;
  readonly pressure: Pressure;
  readonly consumers: Pick<ConsumerKeeper, 'admit' | 'recognise'>;
  /** Share of rows whose callers are told not to act on the answer. */
  readonly holdback: number;
  /** An id for a request that came without one. */
  readonly newId: () => string;
}
