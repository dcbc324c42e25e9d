import type { ObjectStore } from '../artifacts/object-store.ts';
import type { ModelFile } from '../plan/schema.ts';
import type { ConsumerRecord } from '../registry/consumer-book.ts';
import type { Actor, Route, VersionRecord } from '../registry/registry.ts';

/** What the gateway reads of a version: satisfied by the registry's record. */
export type ServedVersion = Pick<VersionRecord, 'model' | 'version' | 'artifact' | 'artifactDigest' | 'signature'> &
  Partial<Pick<VersionRecord, 'threshold'>>;

/** What the gateway reads of a model's data. */
export type ServedData = Pick<ModelFile['data'], 'sensitive'> &
  Partial<Pick<ModelFile['data'], 'segmentBy' | 'segments'>>;

/** Port: the part of the registry that a gateway needs. `Registry` satisfies it as it is. */
export interface RouteSource {
  routes(): Promise<readonly Route[]>;
  version(model: string, version: number): Promise<ServedVersion>;
  /** Names the columns that must not reach the request log, and the segments. Without it every feature is logged. */
  model?(model: string): Promise<{ readonly plan: { readonly file: { readonly data: ServedData } } }>;
  /** Who may call. Without it nobody has a name. */
  consumers?(): Promise<readonly Pick<ConsumerRecord, 'model' | 'consumer' | 'sha256' | 'requestsPerMinute'>[]>;
  sawConsumers?(seen: readonly Pick<ConsumerRecord, 'model' | 'consumer' | 'requests'>[]): Promise<void>;
  haltRollout(model: string, rollout: string, reason: string, by: Actor): Promise<void>;
}

/** Port: where model files come from and log segments go. */
export type GatewayStore = Pick<ObjectStore, 'get' | 'put'>;
