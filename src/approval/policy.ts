import type { Choice, CountedVote, LentRole, Question, Vote } from './vote.ts';

/** Who may release a version: one pure function, asked by the Update's validator and by the signal alike. */

export type Weighed =
  | { readonly counts: true; readonly vote: CountedVote }
  | { readonly counts: false; readonly why: string };

/**
 * Whether a vote counts, or why not. A signal comes from someone whom Temporal itself has let in: it carries neither a proven
 * name nor roles, so roles are checked only for votes through the API, and a question may ask for proven votes alone.
 *
 * @param at instant of the vote, ISO
 */
export function weighVote(question: Question | null, vote: Vote, choice: Choice, at: string): Weighed {
  if (!question) return refused('nothing waits for approval in this run');
  const malformed = refuseForm(question, vote);
  if (malformed) return refused(malformed);
  const authority = authorityOf(question, vote, choice);
  if ('why' in authority) return refused(authority.why);
  const again = refuseSecond(question, vote, choice, authority.holder);
  if (again) return refused(again);
  const { by, via, reason } = vote;
  const { evidence } = question;
  return { counts: true, vote: { choice, by, via, proven: via !== 'signal', ...authority, reason, evidence, at } };
}

const refused = (why: string): Weighed => ({ counts: false, why });

function refuseForm({ stage, evidence, proven }: Question, vote: Vote): string | null {
  if (!vote.by?.trim()) return 'a vote needs a name: who decides?';
  if (!vote.reason?.trim()) return 'a vote needs a reason: it is kept with the version for ever';
  if (vote.via === 'signal' && proven)
    return `a signal proves nobody's name, and this plan asks for proven votes: use perennial approve, or the API`;
  if (vote.stage !== undefined && vote.stage !== stage)
    return `the vote is for stage "${vote.stage}", but "${stage}" waits`;
  if (vote.evidence !== undefined && vote.evidence !== evidence)
    return `the vote is for evidence ${short(vote.evidence)}, but ${short(evidence)} waits: look at it again`;
  if (vote.evidence === undefined && vote.via !== 'signal')
    return 'the vote does not name the evidence that it has seen';
  return null;
}

type Authority = Pick<CountedVote, 'role' | 'holder'>;

/** A role of one's own comes before one that was lent: it needs nobody else's good name. */
function authorityOf(question: Question, vote: Vote, choice: Choice): Authority | { readonly why: string } {
  const barred = choice === 'approve' ? barredAs(question, vote.by) : null;
  if (barred) return { why: `${vote.by} ${barred} and may not approve it (four eyes)` };
  if (vote.via === 'signal') return { role: null, holder: null };
  const own = question.roles.find((role) => vote.roles.includes(role));
  if (own !== undefined) return { role: own, holder: null };
  const lent = (vote.lent ?? []).filter(({ role }) => question.roles.includes(role));
  const usable = lent.find(({ holder }) => choice === 'reject' || !barredAs(question, holder));
  if (usable) return { role: usable.role, holder: usable.holder };
  const [first] = lent;
  if (first) return { why: `${vote.by} acts for ${first.holder}, who ${barredAs(question, first.holder)} (four eyes)` };
  return { why: `${vote.by} holds ${held(vote)}; one of ${question.roles.join(', ')} is needed` };
}

function barredAs({ barred }: Question, name: string): string | null {
  return barred.find((one) => one.name === name)?.why ?? null;
}

function held({
  roles,
  lent = [],
}: {
  readonly roles: readonly string[];
  readonly lent?: readonly LentRole[];
}): string {
  const words = [...roles, ...lent.map(({ role, holder }) => `${role} (lent by ${holder})`)];
  return words.join(', ') || 'no role';
}

/** A quorum counts people, and a role that was lent is still its holder's: nobody is counted twice. */
function refuseSecond(question: Question, { by }: Vote, choice: Choice, holder: string | null): string | null {
  if (choice === 'reject') return null;
  const needed = `${question.votes.length} of ${question.quorum} are there`;
  for (const earlier of question.votes) {
    if (earlier.by === by) return `${by} has approved already; ${needed}`;
    if (earlier.holder === by) return `${earlier.by} has approved for ${by} already; ${needed}`;
    if (holder !== null && (earlier.by === holder || earlier.holder === holder))
      return `${by} acts for ${holder}, whose vote is there already; ${needed}`;
  }
  return null;
}

const short = (digest: string) => digest.slice(0, 12);
