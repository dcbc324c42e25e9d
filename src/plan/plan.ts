import type { ModelFile, Stage } from './schema.ts';

/** One stage of a compiled plan: `needs` is complete and names only stages that stand before it. */
export interface PlannedStage<S extends Stage = Stage> {
  readonly name: string;
  readonly needs: readonly string[];
  readonly spec: S;
}

/**
 * A model file that was read, checked and put in order. It travels as the input of a run (a few KiB), so that a run never
 * depends on a file that has changed since.
 */
export interface CompiledPlan {
  /** sha256 of the canonical JSON of `file` and of the needs of its stages: equal plans have equal digests. */
  readonly digest: string;
  /** Absolute folder of the model file: relative source URIs and {here} are resolved against it. */
  readonly base: string;
  readonly file: ModelFile;
  /** In topological order. */
  readonly stages: readonly PlannedStage[];
}
