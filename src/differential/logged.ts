import type { ColumnTable } from '../dataset/dataset.ts';
import type { Signature } from '../gateway/predictor.ts';

/** Port: what gateways were asked of late. Adapter: duckdb/. */
export interface LoggedRequests {
  /**
   * The last requests before an instant that have their features in the log, oldest first: `id` and each feature. Requests that were only
   * mirrored, and ad-hoc calls, are not among them.
   */
  last(request: {
    readonly model: string;
    readonly features: Signature['features'];
    readonly before: string;
    /** How many days of the log are looked through. */
    readonly days: number;
    readonly rowsAtMost: number;
  }): Promise<ColumnTable>;
}
