import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerTo, outcomeOf } from '../../../src/approval/outcome.ts';
import { weighVote } from '../../../src/approval/policy.ts';
import type { Choice, Question, Vote } from '../../../src/approval/vote.ts';

const at = '2026-11-21T12:00:00.000Z';
const aQuestion = (change: Partial<Question> = {}): Question => ({
  stage: 'approve',
  round: 1,
  evidence: 'a'.repeat(64),
  roles: ['approver', 'risk'],
  quorum: 1,
  proven: false,
  barred: [{ name: 'rob', why: 'asked for this run' }],
  votes: [],
  ...change,
});
const aVote = (change: Partial<Vote> = {}): Vote => ({
  by: 'ana',
  roles: ['approver'],
  reason: 'better on every slice',
  evidence: 'a'.repeat(64),
  via: 'cli',
  ...change,
});
const why = (question: Question | null, vote: Vote, choice: Choice = 'approve') => {
  const weighed = weighVote(question, vote, choice, at);
  return weighed.counts ? null : weighed.why;
};
function given(question: Question, vote: Vote, choice: Choice = 'approve'): Question {
  const weighed = weighVote(question, vote, choice, at);
  if (!weighed.counts) throw new Error(weighed.why);
  return { ...question, votes: [...question.votes, weighed.vote] };
}

describe('a vote', () => {
  it('counts with the role by which it counts, and says when its name is not proven', () => {
    expect(weighVote(aQuestion(), aVote(), 'approve', at)).toMatchObject({
      counts: true,
      vote: { by: 'ana', role: 'approver', holder: null, proven: true, at },
    });
    const signalled = given(aQuestion(), aVote({ via: 'signal', roles: [], evidence: undefined }));
    expect(signalled.votes[0]).toMatchObject({ proven: false, role: null });
    expect(answerTo(signalled)).toBe('approved by ana (name not proven)');
  });

  it.each<[string, Question | null, Partial<Vote>, string]>([
    ['when nothing waits', null, {}, 'nothing waits'],
    ['without a name', aQuestion(), { by: ' ' }, 'needs a name'],
    ['without a reason', aQuestion(), { reason: '' }, 'needs a reason'],
    ['for other evidence', aQuestion(), { evidence: 'b'.repeat(64) }, 'look at it again'],
    ['without evidence', aQuestion(), { evidence: undefined }, 'does not name the evidence'],
    ['for another stage', aQuestion(), { stage: 'risk' }, '"approve" waits'],
    ['without a role', aQuestion(), { roles: ['viewer'] }, 'ana holds viewer; one of approver, risk is needed'],
    ['of who asked for the run', aQuestion(), { by: 'rob' }, 'rob asked for this run and may not approve it'],
    ['by signal, where it must be proven', aQuestion({ proven: true }), { via: 'signal' }, 'proven votes'],
  ])('is refused %s', (_, question, change, words) => {
    expect(why(question, aVote(change))).toContain(words);
  });

  it('may reject also what its voter asked for', () => {
    expect(why(aQuestion(), aVote({ by: 'rob' }), 'reject')).toBeNull();
  });
});

describe('a role that was lent', () => {
  const lent = [{ role: 'risk', holder: 'eve', until: '2026-12-01T00:00:00.000Z' }];
  const asBo = aVote({ by: 'bo', roles: ['viewer'], lent });

  it('counts for its holder, and both names stay', () => {
    const asked = given(aQuestion(), asBo);
    expect(asked.votes[0]).toMatchObject({ by: 'bo', role: 'risk', holder: 'eve' });
    expect(outcomeOf(asked)).toMatchObject({ verdict: 'approved', by: 'bo for eve' });
  });

  it('does not get past four eyes: not for the voter, and not for its holder', () => {
    expect(why(aQuestion({ barred: [{ name: 'bo', why: 'asked for this run' }] }), asBo)).toContain('bo asked');
    expect(why(aQuestion({ barred: [{ name: 'eve', why: 'asked for this run' }] }), asBo)).toContain('bo acts for eve');
  });

  it('is needed only where no role of one’s own does', () => {
    const both = aVote({ by: 'bo', roles: ['approver'], lent });
    expect(given(aQuestion(), both).votes[0]).toMatchObject({ role: 'approver', holder: null });
  });
});

describe('a quorum', () => {
  const two = aQuestion({ quorum: 2 });
  const lent = [{ role: 'risk', holder: 'ana', until: at }];

  it('takes that many different people', () => {
    const one = given(two, aVote());
    expect(outcomeOf(one)).toBeNull();
    expect(answerTo(one)).toBe('1 of 2 approve: ana');
    expect(why(one, aVote())).toContain('ana has approved already; 1 of 2 are there');
    const both = given(one, aVote({ by: 'eve', reason: 'fine' }));
    expect(outcomeOf(both)).toEqual({
      ...{ verdict: 'approved', by: 'ana and eve', via: 'cli' },
      reason: 'ana: better on every slice; eve: fine',
    });
  });

  it('does not count one role twice, whoever used it first', () => {
    expect(why(given(two, aVote()), aVote({ by: 'bo', roles: [], lent }))).toContain('whose vote is there already');
    expect(why(given(two, aVote({ by: 'bo', roles: [], lent })), aVote())).toContain('bo has approved for ana already');
  });

  it('is ended by one rejection, also of somebody who had approved', () => {
    const rejected = given(given(two, aVote()), aVote({ reason: 'I looked again' }), 'reject');
    expect(outcomeOf(rejected)).toMatchObject({ verdict: 'rejected', by: 'ana', reason: 'I looked again' });
  });

  it('never approves with fewer people than asked for, in whatever order they vote', () => {
    const person = fc.constantFrom('ana', 'bo', 'eve', 'rob');
    const vote = fc.record({ by: person, lender: fc.option(person, { nil: null }), signalled: fc.boolean() });
    fc.assert(
      fc.property(fc.array(vote, { maxLength: 12 }), fc.integer({ min: 1, max: 3 }), (votes, quorum) => {
        let asked = aQuestion({ quorum });
        for (const { by, lender, signalled } of votes) {
          if (outcomeOf(asked)) break;
          const loan = lender === null || lender === by ? [] : [{ role: 'risk', holder: lender, until: at }];
          const cast = aVote({
            by,
            roles: loan.length > 0 ? [] : ['risk'],
            lent: loan,
            via: signalled ? 'signal' : 'api',
          });
          const weighed = weighVote(asked, cast, 'approve', at);
          if (weighed.counts) asked = { ...asked, votes: [...asked.votes, weighed.vote] };
        }
        const authorities = new Set(asked.votes.map((one) => one.holder ?? one.by));
        expect(authorities.size).toBe(asked.votes.length);
        expect(authorities.has('rob')).toBe(false);
        expect(outcomeOf(asked) !== null).toBe(asked.votes.length >= quorum);
      }),
      { seed: 6, numRuns: 300 },
    );
  });
});
