import type { ColumnTable } from '../dataset/dataset.ts';
import type { ServedVersion } from '../gateway/ports.ts';

/** How a version is put under load before anybody depends on it. */
export interface LoadPlan {
  /** Requests a second; they are sent at their time whether or not earlier ones are answered, as users would. */
  readonly rate: number;
  readonly seconds: number;
  /** Looks for the rate at which it gives way. */
  readonly stress: boolean;
  readonly seed: number;
}

/** Milliseconds count from the instant at which a request was due, so that waiting behind a slow one is seen. */
export interface LoadResult {
  readonly version: number;
  readonly requests: number;
  readonly errors: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly answeredPerSecond: number;
  /** From the start of the gateway's process until the version can be asked. */
  readonly loadMs: number;
  /** What the gateway's process holds after the load. */
  readonly memoryMiB: number;
  /** The highest rate that it carried in the stress step; null when it was not looked for. */
  readonly kneePerSecond: number | null;
}

/** Port: the gateway's own program, in a process for each version, asked by turns. Adapter: process/. */
export interface LoadTester {
  /** @throws PRN-GATEWAY-006 when a version cannot be loaded */
  run(request: {
    readonly versions: readonly { readonly version: ServedVersion; readonly modelPath: string }[];
    /** Rows as users sent them; they are repeated when there are too few. */
    readonly rows: ColumnTable;
    readonly plan: LoadPlan;
  }): Promise<readonly LoadResult[]>;
}
