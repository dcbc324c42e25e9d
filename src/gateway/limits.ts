/** What one gateway process takes on. Beyond it, it says so at once instead of making everybody wait. */
export interface GatewayLimits {
  readonly bodyBytes: number;
  /** Rows of one request. */
  readonly rows: number;
  /** Milliseconds that a row may wait for its model. */
  readonly waitMs: number;
  /** Milliseconds that the event loop may lag behind before new predictions are turned away. */
  readonly lagMs: number;
  readonly connections: number;
}

export const defaultLimits: GatewayLimits = {
  bodyBytes: 8 * 1024 * 1024,
  rows: 10_000,
  waitMs: 10_000,
  lagMs: 1_000,
  connections: 4_096,
};
