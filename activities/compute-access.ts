import { createHash } from 'node:crypto';
import type { MachineBooks } from '../src/compute/ledger.ts';
import type { MachineCloud, MachineSighting } from '../src/compute/machines.ts';
import type { MachineType } from '../src/compute/offer.ts';
import { PerennialError } from '../src/errors/error.ts';

export interface CloudAccess {
  readonly cloud: MachineCloud;
  readonly region: string;
  readonly zones: readonly string[];
  readonly types: readonly MachineType[];
  /**
   * A new machine may be unknown to its own cloud for a while: not being listed is no proof of absence before that. For as long a run
   * that has closed may still be ending its machines itself.
   */
  readonly graceMs: number;
  /** A person is told of a machine that could not be ended for so long. */
  readonly alertAfterMs: number;
  /** Over all runs together; null: no limit. */
  readonly limits: { readonly usd: number | null; readonly vcpus: number | null };
}

/** A machine that its cloud does not end. `text` is all that most people read. */
export interface StuckMachine {
  readonly model: string;
  readonly run: string;
  readonly machine: string;
  readonly text: string;
}

/** What all activities about rented machines share. */
export interface ComputeWorld {
  readonly access: CloudAccess | null;
  readonly books: MachineBooks;
  /** When the run ended; null while it is open, or nobody knows it. */
  readonly runClosedAt: (run: string) => Promise<string | null>;
  /** Tells people; called once for each machine. */
  readonly alert: (stuck: StuckMachine) => Promise<void>;
  readonly now: () => Date;
}

/** @throws PRN-COMPUTE-001 on a control worker without a cloud */
export function cloudOf({ access }: Pick<ComputeWorld, 'access'>): CloudAccess {
  if (access) return access;
  throw new PerennialError('PRN-COMPUTE-001', {
    message: 'A stage asks for compute "ec2", and this control worker has no cloud: PERENNIAL_EC2_REGION is not set.',
  });
}

/** A ClientToken has at most 64 characters, and is the same for the same workflow data. */
export function tokenOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

export function recordOf({ machine, model, run, attempt, token, launchedAt, deadline }: MachineSighting) {
  return { machine, model, run, attempt, token, launchedAt, deadline };
}

export function secondsBetween(from: string, to: string): number {
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
}

export function later(now: () => Date, ms: number): string {
  return new Date(now().getTime() + ms).toISOString();
}
