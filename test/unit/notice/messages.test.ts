import { describe, expect, it } from 'vitest';
import { noticeCloudEvent } from '../../../src/notice/cloud-event.ts';
import { mailText } from '../../../src/notice/mail.ts';
import type { Notice } from '../../../src/notice/notice.ts';
import { labelOf, recipientsOf } from '../../../src/notice/recipient.ts';
import { slackMessage } from '../../../src/notice/slack.ts';

const notice: Notice = {
  event: 'delays-r3/approve/1/asked',
  ...{ on: 'approval', model: 'delays', run: 'delays-r3', version: 4 },
  text: 'delays-r3: delays@4 waits for approval by <!channel> & risk',
  at: '2026-11-21T12:00:00.000Z',
  link: 'https://perennial.example.org/evidence/s3cret',
};

describe('a notice', () => {
  it('is a Slack message whose text cannot call a whole channel, with the evidence one click away', () => {
    const message = slackMessage(notice);
    const shown = JSON.stringify(message.blocks);
    expect(shown).toContain('&lt;!channel&gt; &amp; risk');
    expect(shown).not.toContain('<!channel>');
    expect(shown).toContain('"url":"https://perennial.example.org/evidence/s3cret"');
    expect(shown).toContain('perennial approve delays-r3');
    expect(message).toMatchObject({ on: 'approval', model: 'delays', run: 'delays-r3' });
  });

  it('is a CloudEvent with the same id at every delivery', () => {
    expect(noticeCloudEvent(notice)).toMatchObject({
      ...{ specversion: '1.0', id: 'delays-r3/approve/1/asked', source: '/perennial/models/delays' },
      ...{ type: 'perennial.approval', subject: 'delays-r3', time: '2026-11-21T12:00:00.000Z' },
      data: { version: 4, link: notice.link, next: 'perennial approve delays-r3' },
    });
  });

  it('is a letter that says in its subject what it is about', () => {
    const { subject, text } = mailText(notice);
    expect(subject).toBe('[Perennial] delays@4: waits for approval');
    expect(text).toContain('Evidence: https://perennial.example.org/evidence/s3cret');
    expect(mailText({ ...notice, link: null }).text).not.toContain('Evidence');
  });
});

describe('recipients', () => {
  const entries = [
    { on: ['approval' as const], webhook: '$SLACK' },
    { on: ['failed' as const], webhook: '$OTHER' },
    { on: ['approval' as const, 'failed' as const], email: ['ops@example.org', '$BOSS'] },
    {
      on: ['approval' as const],
      webhook: 'https://x.example.org/h/t0ken',
      format: 'cloudevents' as const,
      signWith: '$K',
    },
  ];

  it('are those whom the plan names for the event', () => {
    expect(recipientsOf(entries, 'approval')).toEqual([
      { kind: 'webhook', url: '$SLACK', format: 'slack', signWith: null },
      { kind: 'email', to: ['ops@example.org', '$BOSS'] },
      { kind: 'webhook', url: 'https://x.example.org/h/t0ken', format: 'cloudevents', signWith: '$K' },
    ]);
  });

  it('are named without what may be a secret', () => {
    expect(recipientsOf(entries, 'approval').map(labelOf)).toEqual([
      '$SLACK',
      'ops@example.org, $BOSS',
      'https://x.example.org/…',
    ]);
  });
});
