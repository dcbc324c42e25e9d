/** Who may release a version: one pure function, asked by the Update's validator and by the signal alike. */

export interface VoteFacts {
  readonly by: string;
  readonly roles: readonly string[];
  readonly reason: string;
  readonly evidence?: string | undefined;
  readonly via: string;
}

export interface ApprovalFacts {
  readonly evidence: string;
  readonly roles: readonly string[];
  readonly requestedBy: string;
  readonly fourEyes: boolean;
}

/**
 * Why a vote does not count, or null when it does. A signal comes from someone whom Temporal itself has let in and carries no
 * authenticated roles, so roles are checked only for votes through the API.
 */
export function refuseVote(
  pending: ApprovalFacts | null,
  vote: VoteFacts,
  verdict: 'approve' | 'reject',
): string | null {
  if (!pending) return 'nothing waits for approval in this run';
  if (!vote.by?.trim()) return 'a vote needs a name: who decides?';
  if (!vote.reason?.trim()) return 'a vote needs a reason: it is kept with the version for ever';
  if (vote.evidence !== undefined && vote.evidence !== pending.evidence)
    return `the vote is for evidence ${vote.evidence.slice(0, 12)}, but ${pending.evidence.slice(0, 12)} waits: look at it again`;
  if (vote.evidence === undefined && vote.via !== 'signal')
    return 'the vote does not name the evidence that it has seen';
  if (verdict === 'approve' && pending.fourEyes && vote.by === pending.requestedBy)
    return `${vote.by} asked for this run and may not approve it (four eyes)`;
  if (vote.via !== 'signal' && !pending.roles.some((role) => vote.roles.includes(role)))
    return `${vote.by} holds ${vote.roles.join(', ') || 'no role'}; one of ${pending.roles.join(', ')} is needed`;
  return null;
}
