import { describe, expect, it } from 'vitest';
import { createNotifyActivities, type Notification } from '../../../activities/notify.ts';
import type { NewNotice, NoticeBook } from '../../../src/notice/book.ts';
import type { Delivery, Letter, Post } from '../../../src/notice/carrier.ts';

/** A book in memory, as the registry keeps it; carriers that answer what they are told to. */
function aWorld(
  answers: readonly Delivery[],
  environment: Readonly<Record<string, string>> = { SLACK: 'https://s/x' },
) {
  const told: { posts: Post[]; letters: Letter[]; taken: NewNotice[]; settled: object[] } = {
    ...{ posts: [], letters: [], taken: [], settled: [] },
  };
  const rows = new Map<string, { state: 'sending' | 'sent' | 'refused' | 'uncertain'; attempts: number }>();
  const left = [...answers];
  const answer = (): Delivery => left.shift() ?? { state: 'delivered' };
  const book: Pick<NoticeBook, 'takeNotice' | 'settleNotice'> = {
    async takeNotice(notice) {
      told.taken.push(notice);
      const row = rows.get(notice.key);
      if (row?.state === 'sending') return { state: 'being-sent' };
      if (row && row.state !== 'refused') return { state: row.state };
      const attempt = (row?.attempts ?? 0) + 1;
      rows.set(notice.key, { state: 'sending', attempts: attempt });
      return { state: 'taken', attempt };
    },
    async settleNotice(settled) {
      told.settled.push(settled);
      rows.set(settled.key, { state: settled.state, attempts: rows.get(settled.key)?.attempts ?? 1 });
    },
  };
  const { notify, notifyModel } = createNotifyActivities({
    plans: { model: async () => ({ plan: { file: { notify: entries } } }) as never },
    ...{ environment, book, publicUrl: 'https://perennial.example.org/' },
    carriers: {
      post: async (post) => {
        told.posts.push(post);
        return answer();
      },
      mail: async (letter) => {
        told.letters.push(letter);
        return answer();
      },
    },
    now: () => new Date('2026-11-21T12:00:00.000Z'),
  });
  return { told, notify, notifyModel };
}

const entries = [
  { on: ['forced'], webhook: '$SLACK' },
  { on: ['forced', 'failed'], email: ['ops@example.org'] },
];

const slack = { kind: 'webhook', url: '$SLACK', format: 'slack', signWith: null } as const;
const notification: Notification = {
  ...{ to: slack, on: 'approval', model: 'delays', run: 'delays-r3', version: 4 },
  ...{ text: 'waits', event: 'delays-r3/approve/1/asked', evidence: 'models/delays/approvals/delays-r3/abc.json' },
};
const refused = { state: 'refused', why: 'it answered 503', again: true } as const;

describe('a notification', () => {
  it('is told once, however often its event comes', async () => {
    const { told, notify } = aWorld([]);
    await notify(notification);
    await notify(notification);
    expect(told.posts).toHaveLength(1);
    await notify({ ...notification, event: 'delays-r3/approve/2/asked' });
    await notify({ ...notification, to: { ...slack, url: '$OTHER' } }).catch(() => undefined);
    expect(new Set(told.taken.map(({ key }) => key)).size).toBe(3);
  });

  it('is tried again where it certainly has not arrived, and given up after four tries', async () => {
    const { told, notify } = aWorld([refused, refused, refused, refused]);
    for (let attempt = 1; attempt <= 4; attempt += 1)
      await expect(notify(notification)).rejects.toMatchObject({ type: 'PRN-PLATFORM-002', nonRetryable: false });
    expect(told.settled.map((settled) => 'last' in settled && settled.last)).toEqual([false, false, false, true]);
    expect(new Set(told.posts.map(({ id }) => id)).size).toBe(1);
  });

  it('is never sent again where it may have arrived', async () => {
    const { told, notify } = aWorld([{ state: 'uncertain', why: 'it has not answered within 10 s' }]);
    await notify(notification);
    await notify(notification);
    expect(told.posts).toHaveLength(1);
    expect(told.settled).toMatchObject([{ state: 'uncertain' }]);
  });

  it('carries a link whose secret the registry does not know', async () => {
    const { told, notify } = aWorld([]);
    await notify(notification);
    const [, secret = ''] =
      /https:\/\/perennial\.example\.org\/evidence\/([\w-]{32})"/.exec(told.posts[0]?.body ?? '') ?? [];
    expect(secret).not.toBe('');
    expect(JSON.stringify(told.taken)).not.toContain(secret);
    expect(told.taken[0]?.link).toMatchObject({ evidence: notification.evidence, until: '2026-12-05T12:00:00.000Z' });
  });

  it('takes addresses and secrets from the environment alone, and names them in no failure', async () => {
    const environment = { SLACK: 'https://hooks.slack.com/T0/s3cret', KEY: 'whsec_c2VjcmV0', BOSS: 'boss@example.org' };
    const { told, notify } = aWorld([refused, { state: 'delivered' }], environment);
    const failure: Error = await notify({ ...notification, to: { ...slack, signWith: '$KEY' } }).then(
      () => new Error('it was not refused'),
      (error: Error) => error,
    );
    expect(told.posts[0]).toMatchObject({ url: environment.SLACK, secret: environment.KEY });
    expect(failure.message).toContain('to $SLACK: it answered 503');
    expect(`${failure.message} ${JSON.stringify([told.taken, told.settled])}`).not.toMatch(/s3cret|whsec/);
    await notify({ ...notification, to: { kind: 'email', to: ['$BOSS', 'ops@example.org'] } });
    expect(told.letters[0]?.to).toEqual(['boss@example.org', 'ops@example.org']);
  });

  it('fails for good where a variable is not set, and says which', async () => {
    const { told, notify } = aWorld([], {});
    await expect(notify(notification)).rejects.toMatchObject({
      ...{ type: 'PRN-PLATFORM-001', nonRetryable: true },
      message: expect.stringContaining('$SLACK not set'),
    });
    expect(told.settled).toMatchObject([{ state: 'refused', last: true }]);
  });

  it('for all whom the plan names tries again only those who have not been told', async () => {
    const { told, notifyModel } = aWorld([refused]);
    const forced = { ...notification, on: 'forced', event: 'rollout/r1/forced' } as const;
    await expect(notifyModel(forced)).rejects.toMatchObject({ type: 'PRN-PLATFORM-002' });
    await notifyModel(forced);
    expect([told.posts.length, told.letters.length]).toEqual([2, 1]);
  });

  it('of a workflow that began before there were other recipients goes to its webhook', async () => {
    const { told, notify } = aWorld([]);
    await notify({ webhook: '$SLACK', on: 'failed', model: 'delays', run: null, text: 'it broke' });
    expect(told.posts[0]?.url).toBe('https://s/x');
  });
});
