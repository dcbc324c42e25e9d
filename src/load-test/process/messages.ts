import type { ServedVersion } from '../../gateway/ports.ts';
import type { LoadPlan, LoadResult } from '../load-test.ts';

/** To the process that generates the load. Bodies are requests as JSON. */
export interface LoadTask {
  readonly versions: readonly { readonly version: ServedVersion; readonly modelPath: string }[];
  readonly bodies: readonly string[];
  readonly plan: LoadPlan;
}

export type LoadOutcome =
  | { readonly kind: 'results'; readonly results: readonly LoadResult[] }
  | { readonly kind: 'failed'; readonly message: string };

/** To a gateway's process, and what it says. */
export interface GatewayTask {
  readonly version: ServedVersion;
  readonly modelPath: string;
  readonly stateFolder: string;
}

export type GatewayOrder = { readonly kind: 'serve'; readonly task: GatewayTask } | { readonly kind: 'memory' };

export type GatewayWord =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'memory'; readonly bytes: number }
  | { readonly kind: 'failed'; readonly message: string };
