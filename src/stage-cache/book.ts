import type { TrainResult } from '../training/request.ts';
import type { Ingredients } from './ingredients.ts';

/** What a stage that trains leaves behind for the next one that would do the same. */
export interface KeptTraining {
  readonly trained: TrainResult;
  /** What the stage said of itself: `auc 0.7431 in 12 s`. */
  readonly detail: string;
  /** How long the whole stage took, all trials of a sweep included. */
  readonly seconds: number;
}

/** Who wants to train: of two with the same key only one may. */
export interface TrainingClaim {
  readonly key: string;
  readonly model: string;
  readonly run: string;
  readonly stage: string;
  readonly ingredients: Ingredients;
  /** A kept result that was made before this instant counts no more; null: all count. */
  readonly notBefore: string | null;
  /** The holder that the caller has found dead: its claim passes to the caller. */
  readonly takeOverFrom?: { readonly run: string; readonly stage: string };
  /** A kept result is not used, but replaced. */
  readonly anew?: boolean;
}

export type ClaimAnswer =
  | { readonly state: 'kept'; readonly run: string; readonly madeAt: string; readonly kept: KeptTraining }
  /** `expired`: when the result was made that is too old. */
  | { readonly state: 'claimed'; readonly expired: string | null }
  | { readonly state: 'held'; readonly run: string; readonly stage: string };

/** Port: results of trainings by what they were made of, and who is making one just now. Part of the registry. */
export interface StageCacheBook {
  /** Finds what is kept under the key, or gives the caller the right to make it. The same caller may claim again. */
  claimTraining(claim: TrainingClaim): Promise<ClaimAnswer>;
  /** Without effect when the claim has passed to somebody else. */
  keepTraining(claim: Pick<TrainingClaim, 'key' | 'run' | 'stage'>, kept: KeptTraining): Promise<void>;
  /** Gives a claim back: the next one who asks trains. */
  releaseTraining(claim: Pick<TrainingClaim, 'key' | 'run' | 'stage'>): Promise<void>;
  /** What the model's stage was last made of; null when nothing of it is kept. */
  lastIngredients(
    model: string,
    stage: string,
  ): Promise<{ readonly run: string; readonly ingredients: Ingredients } | null>;
}
