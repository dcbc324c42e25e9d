import type { Offer } from './offer.ts';

export type MachineEnd = 'finished' | 'interrupted' | 'crashed' | 'stalled' | 'cancelled' | 'never-started' | 'reaped';

/** One rented machine in the books. */
export interface MachineRecord {
  readonly machine: string;
  readonly model: string;
  readonly run: string;
  readonly attempt: string;
  readonly token: string;
  readonly offer: Offer;
  readonly launchedAt: string;
  /** From when on it is paid for; null: nobody has seen it come up, and it counts from its launch. */
  readonly runningAt: string | null;
  readonly deadline: string;
  /** Until when it is paid for: when it began to shut down. Null while it lives. */
  readonly terminatedAt: string | null;
  readonly end: MachineEnd | null;
  /** Seconds billed and US dollars so far, null while it lives. */
  readonly billedSeconds: number | null;
  readonly usd: number | null;
  /** Seconds of it whose work was lost. */
  readonly wastedSeconds: number | null;
  /** Since when its end is asked for in vain, and what the cloud says; null once it is gone. */
  readonly stuck: { readonly since: string; readonly why: string } | null;
}

/** Money and quota that an order may use: held from before its launch until its machine is gone. */
export interface ComputeLease {
  readonly lease: string;
  readonly run: string;
  /** Worst case: price times the longest life. */
  readonly usd: number;
  readonly vcpus: number;
}

/** Port: what all runs share about machines. Part of the registry; every method is idempotent by its natural key. */
export interface MachineBooks {
  /** Refused when the sum of open leases of all runs would pass a limit; null limits do not bind. */
  takeLease(
    lease: ComputeLease,
    limits: { readonly usd: number | null; readonly vcpus: number | null },
  ): Promise<{ readonly granted: true } | { readonly granted: false; readonly why: string }>;
  /** A lease that is given back before it was ever taken stays so: a straggler that takes it later is refused. */
  releaseLease(lease: string): Promise<void>;
  /** Oldest first: what the sum of `takeLease` is made of. */
  openLeases(): Promise<readonly (ComputeLease & { readonly takenAt: string })[]>;
  openMachine(
    machine: Omit<
      MachineRecord,
      'runningAt' | 'terminatedAt' | 'end' | 'billedSeconds' | 'usd' | 'wastedSeconds' | 'stuck'
    >,
  ): Promise<void>;
  /** The first that is told stands. A machine that has ended meanwhile is billed anew. Unknown machines are passed over. */
  startMachine(start: { readonly machine: string; readonly runningAt: string }): Promise<void>;
  /** The latest reason stands, and the first instant. Gives back the machine when this was news, null otherwise. */
  noteStuck(trouble: {
    readonly machine: string;
    readonly since: string;
    readonly why: string;
  }): Promise<MachineRecord | null>;
  /** The first end stands; seconds and dollars are computed from it. @throws PRN-REGISTRY-007 a machine that was never opened */
  closeMachine(end: {
    readonly machine: string;
    readonly terminatedAt: string;
    readonly end: MachineEnd;
    readonly wastedSeconds: number;
  }): Promise<void>;
  /** Newest first; `living`: only those without an end. */
  machines(filter?: {
    readonly machine?: string;
    readonly run?: string;
    readonly living?: boolean;
    readonly limit?: number;
  }): Promise<readonly MachineRecord[]>;
  /** A pool that has refused or interrupted is left alone by all runs until `until`. */
  avoidPool(pool: string, until: string, why: string): Promise<void>;
  /** Why, by the names of the pools that are to be left alone at `now`. */
  avoidedPools(now: string): Promise<ReadonlyMap<string, string>>;
}
