import { evidenceOf, type StoredEvidence } from './stored.ts';

/** A person has pushed the version past gates that did not let it through. It stays with the version for ever. */
export interface ForceMark {
  readonly at: string;
  readonly by: string;
  readonly via: string;
  readonly reason: string;
  readonly rollout: string;
  /** State that it was forced out of. */
  readonly from: string;
  /** Names of the gates that were overruled. */
  readonly gates: readonly string[];
}

export function forceMarks({ decisions }: Pick<StoredEvidence, 'decisions'>): readonly ForceMark[] {
  return decisions
    .filter(({ kind }) => kind === 'override')
    .map((decision) => {
      const { at, by, reason } = decision;
      const { rollout = '', from = '', gates = [] } = evidenceOf('override', decision);
      return { at, by: by.name, via: by.via, reason, rollout, from, gates };
    });
}
