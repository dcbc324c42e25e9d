import type { TrainerCode } from './ingredients.ts';

/** What the interpreter of the trainers has, as far as it decides what a training makes. */
export interface TrainerRuntime {
  /** sha256 of the sources of `perennial_trainer`. */
  readonly library: string;
  /** sha256 of interpreter, platform, and names and versions of all that is installed. */
  readonly packages: string;
}

/** Port: asks the interpreter that runs trainers here. @throws when it does not answer. Adapter: process/runtime.ts */
export type ReadTrainerRuntime = () => Promise<TrainerRuntime>;

/** @param own sha256 of the files of a trainer of one's own; null for one that comes with Perennial */
export function trainerCode({ library, packages }: TrainerRuntime, own: string | null): TrainerCode {
  return { code: own === null ? library : `${own}+${library}`, environmentLock: packages };
}
