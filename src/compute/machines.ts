import type { Offer } from './offer.ts';

/** One machine to launch. Everything in it is derived from workflow data, so that a repeated order is the same order. */
export interface LaunchOrder {
  readonly offer: Offer;
  /** ClientToken: the same token never makes a second machine. */
  readonly token: string;
  readonly model: string;
  readonly run: string;
  /** Names the job of the run and its attempt, e.g. "boosted-t3-2": tag and task queue are made of it. */
  readonly attempt: string;
  /** Task queue on which the machine's training worker listens. */
  readonly queue: string;
  /** The machine ends itself after so many minutes, whatever happens to us. */
  readonly minutes: number;
}

/** Why no machine came: what to do about it depends on the class, never on the code. */
export type RefusalClass = 'capacity' | 'quota' | 'throttle' | 'config' | 'auth' | 'spent-token';

export type Launched =
  | { readonly kind: 'launched'; readonly machine: string; readonly launchedAt: string }
  | {
      readonly kind: 'refused';
      readonly class: RefusalClass;
      readonly code: string;
      readonly message: string;
      readonly milliseconds: number;
    };

export type MachineState = 'pending' | 'running' | 'shutting-down' | 'terminated';

/** A machine as its cloud describes it; the tags say whose it is. */
export interface MachineSighting {
  readonly machine: string;
  /** What policies of its cloud call it. */
  readonly arn: string;
  readonly state: MachineState;
  readonly type: string;
  readonly zone: string;
  readonly market: 'spot' | 'on-demand';
  readonly launchedAt: string;
  readonly model: string;
  readonly run: string;
  readonly attempt: string;
  readonly token: string;
  /** ISO instant from the tag; past it the reaper ends the machine. */
  readonly deadline: string;
  /** Why it ended, in the cloud's word; null while it lives. */
  readonly reason: string | null;
  /** When it began to shut down, by the cloud's clock and in whole seconds; null where the cloud does not say. */
  readonly endedAt: string | null;
}

/** Port: a cloud that rents machines by the second. Adapter: ec2/. */
export interface MachineCloud {
  /** One call, one offer, no retry inside. @throws only when the answer was lost: repeat with the same token. */
  launch(order: LaunchOrder): Promise<Launched>;
  /** All of ours that have not been forgotten by the cloud yet, also terminated ones; by token or run where given. */
  find(filter: { readonly token?: string; readonly run?: string }): Promise<readonly MachineSighting[]>;
  /** Null: the cloud does not know it (yet, or any more). */
  see(machine: string): Promise<MachineSighting | null>;
  /** Asks once; twice is harmless. Done only when `see` says terminated. */
  terminate(machine: string): Promise<void>;
  /** The last 64 KiB of what the machine printed while it started; empty where there is none. */
  consoleOutput(machine: string): Promise<string>;
  /** Present US dollars an hour of spot pools, by pool name; only those that the cloud knows. */
  spotPrices(types: readonly string[]): Promise<ReadonlyMap<string, number>>;
}
