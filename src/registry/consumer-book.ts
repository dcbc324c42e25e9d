/** Who may call a model, and what has been seen of it. */
export interface ConsumerRecord {
  readonly model: string;
  readonly consumer: string;
  /** Of the key that it shows; null where it has none (any more). */
  readonly sha256: string | null;
  /** Null: as many as it likes. */
  readonly requestsPerMinute: number | null;
  /** Requests that gateways have told of. */
  readonly requests: number;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
}

/** Port: the callers of models. Part of the registry. */
export interface ConsumerBook {
  /** A second time replaces key and quota. @throws PRN-REGISTRY-001 unknown model; PRN-REGISTRY-005 the key is another consumer's */
  declareConsumer(
    consumer: Pick<ConsumerRecord, 'model' | 'consumer' | 'requestsPerMinute'> & { readonly sha256: string },
  ): Promise<void>;
  /** Its key is no longer taken; what it has asked stays on record. False where there is none. */
  revokeConsumer(model: string, consumer: string): Promise<boolean>;
  /** By model and name. */
  consumers(): Promise<ConsumerRecord[]>;
  /** Adds what a gateway has counted. Consumers of models that are gone are passed over. */
  sawConsumers(seen: readonly Pick<ConsumerRecord, 'model' | 'consumer' | 'requests'>[]): Promise<void>;
}
