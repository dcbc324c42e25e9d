import { completeNeeds, type Needs } from './order.ts';
import type { ModelFile, Stage, StageKind } from './schema.ts';

/** A model file of which some parts may be missing, because they were wrong: the rules judge what is left. */
export type Draft<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer E)[]
    ? readonly (Draft<E> | undefined)[]
    : { readonly [K in keyof T]?: Draft<T[K]> | undefined };

export type ModelDraft = Draft<ModelFile>;
export type StageDraft<S extends Stage = Stage> = Draft<S>;

export interface NamedStage<S extends Stage = Stage> {
  readonly name: string;
  readonly spec: StageDraft<S>;
}

/** The stages of one kind, in the order of the file. */
export function stagesOf<K extends StageKind>(draft: ModelDraft, kind: K): NamedStage<Extract<Stage, { kind: K }>>[] {
  return Object.entries(draft.plan ?? {}).flatMap(([name, spec]) =>
    spec?.kind === kind ? [{ name, spec: spec as StageDraft<Extract<Stage, { kind: K }>> }] : [],
  );
}

/** The needs of a draft's stages, implied ones included. */
export function needsIn(draft: ModelDraft): Needs {
  return completeNeeds(
    Object.entries(draft.plan ?? {}).map(([name, spec]) => ({
      name,
      kind: spec?.kind,
      needs: spec?.needs?.filter((need) => need !== undefined),
    })),
  );
}

/** The entries of a list that are right, with their index in the file. */
export function entriesOf<T>(list: readonly (T | undefined)[] | undefined): (readonly [number, T])[] {
  return (list ?? []).flatMap((item, index) => (item === undefined ? [] : [[index, item] as const]));
}
