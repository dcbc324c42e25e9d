import type { Actor } from '../registry/actor.ts';
import type { CountedVote, Question } from './vote.ts';

/** How a question ended. */
export interface Outcome {
  readonly verdict: 'approved' | 'rejected';
  /** "ana", "ana and bo", or "deadline", "gates" where nobody was asked in time, or at all. */
  readonly by: string;
  readonly via: Actor['via'];
  readonly reason: string;
}

/** What the votes so far amount to; null while more are needed. One rejection is enough. */
export function outcomeOf({ votes, quorum }: Pick<Question, 'votes' | 'quorum'>): Outcome | null {
  const rejection = votes.find(({ choice }) => choice === 'reject');
  if (rejection) return { verdict: 'rejected', by: nameOf(rejection), via: rejection.via, reason: rejection.reason };
  const last = votes.at(-1);
  if (!last || votes.length < quorum) return null;
  const reason = votes.length === 1 ? last.reason : votes.map((vote) => `${vote.by}: ${vote.reason}`).join('; ');
  return { verdict: 'approved', by: andList(votes.map(nameOf)), via: last.via, reason };
}

/** What the voter is told at once: "approved by ana", or "1 of 2 approve: ana". */
export function answerTo({ votes, quorum }: Pick<Question, 'votes' | 'quorum'>): string {
  const outcome = outcomeOf({ votes, quorum });
  if (outcome) return `${outcome.verdict} by ${outcome.by}`;
  const names = votes.length > 0 ? `: ${andList(votes.map(nameOf))}` : '';
  return `${votes.length} of ${quorum} approve${names}`;
}

/** A name that nobody has checked, or that acted for another, says so wherever it is shown. */
export function nameOf({ by, holder, proven }: Pick<CountedVote, 'by' | 'holder' | 'proven'>): string {
  if (holder !== null) return `${by} for ${holder}`;
  return proven ? by : `${by} (name not proven)`;
}

function andList(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
