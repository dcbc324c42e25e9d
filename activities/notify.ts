import { createHash, randomBytes } from 'node:crypto';
import { isPerennialError, PerennialError } from '../src/errors/error.ts';
import { type NoticeBook, triesAtMost } from '../src/notice/book.ts';
import type { Carriers, Delivery } from '../src/notice/carrier.ts';
import { noticeCloudEvent } from '../src/notice/cloud-event.ts';
import { mailText } from '../src/notice/mail.ts';
import type { Notice } from '../src/notice/notice.ts';
import { labelOf, type Recipient, recipientsOf } from '../src/notice/recipient.ts';
import { slackMessage } from '../src/notice/slack.ts';
import type { NoticeWord } from '../src/plan/schema-notify.ts';
import type { Registry } from '../src/registry/registry.ts';
import { translateErrors } from './failure.ts';

export interface Notification {
  /** Addresses and secrets only as `$NAME` of this worker's environment: what they hold never enters a payload. */
  readonly to?: Recipient;
  /** Instead of `to`, of workflows that began before there were other recipients. */
  readonly webhook?: string;
  readonly on: NoticeWord;
  readonly model: string;
  readonly run: string | null;
  readonly version?: number;
  readonly text: string;
  /** Names the event for ever; of earlier workflows its words do. */
  readonly event?: string;
  /** Object key of the report that the link opens. */
  readonly evidence?: string;
}

export interface NotifyDependencies {
  /** Whom a model tells of what. */
  readonly plans: Pick<Registry, 'model'>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly book: Pick<NoticeBook, 'takeNotice' | 'settleNotice'>;
  readonly carriers: Carriers;
  /** Address of the API as people reach it: where links lead. */
  readonly publicUrl: string;
  readonly now: () => Date;
}

export function createNotifyActivities(deps: NotifyDependencies) {
  return translateErrors({
    /**
     * Tells one recipient of one event, at most once: what may have arrived is never sent again. What has certainly not arrived is
     * tried again by Temporal, four times in all; then it is an event of the model.
     */
    async notify(notification: Notification): Promise<void> {
      await tellOne(deps, notification);
    },

    /** The same for everybody whom the model's plan names: for workflows that have no plan at hand. */
    async notifyModel(notification: Omit<Notification, 'to' | 'webhook'>): Promise<void> {
      const { plan } = await deps.plans.model(notification.model);
      const all = recipientsOf(plan.file.notify, notification.on);
      const ends = await Promise.allSettled(all.map((to) => tellOne(deps, { ...notification, to })));
      const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
      // Those who have been told are in the book: the next attempt is for the others.
      const first = failures.find((error) => isPerennialError(error) && error.retryable) ?? failures[0];
      if (first !== undefined) throw first;
    },
  });
}

async function tellOne(deps: NotifyDependencies, notification: Notification): Promise<void> {
  const to = notification.to ?? earlierRecipient(notification.webhook);
  const { model, run, on, text, version = null } = notification;
  const event = notification.event ?? `${run ?? model}/${on}/${text}`;
  const key = sha256(JSON.stringify([event, to])).slice(0, 40);
  const { link, secret } = linkTo(deps, notification.evidence);
  const taken = await deps.book.takeNotice({ key, event, on, model, run, version, text, to: labelOf(to), link });
  if (taken.state === 'being-sent')
    throw new PerennialError('PRN-NOTICE-002', { message: `"${on}" of ${model} is on its way to ${labelOf(to)}.` });
  if (taken.state !== 'taken') return;
  const url = secret && `${deps.publicUrl.replace(/\/$/, '')}/evidence/${secret}`;
  const notice = { event, on, model, run, version, text, at: deps.now().toISOString(), link: url };
  await settle(deps, { key, attempt: taken.attempt, notice, to }, await carry(deps, notice, to, key));
}

const linkLastsMs = 14 * 86_400_000;

/** Only who was sent the link has its secret: the registry keeps a hash. */
function linkTo({ now }: NotifyDependencies, evidence: string | undefined) {
  if (evidence === undefined) return { link: null, secret: null };
  const secret = randomBytes(24).toString('base64url');
  const until = new Date(now().getTime() + linkLastsMs).toISOString();
  return { link: { sha256: sha256(secret), until, evidence }, secret };
}

async function carry(deps: NotifyDependencies, notice: Notice, to: Recipient, key: string): Promise<Delivery> {
  const missing = [...namesIn(to)].filter((name) => !deps.environment[name]);
  if (missing.length > 0) return { state: 'refused', why: `${notSet(missing)} for the control worker`, again: false };
  const lookUp = (text: string) => (text.startsWith('$') ? (deps.environment[text.slice(1)] ?? '') : text);
  if (to.kind === 'email') {
    if (!deps.carriers.mail) return { state: 'refused', why: notSet(['PERENNIAL_SMTP_URL']), again: false };
    return await deps.carriers.mail({ to: to.to.map(lookUp), id: key, ...mailText(notice) });
  }
  const body = JSON.stringify(to.format === 'slack' ? slackMessage(notice) : noticeCloudEvent(notice));
  const contentType = to.format === 'slack' ? 'application/json' : 'application/cloudevents+json';
  const secret = to.signWith === null ? null : lookUp(to.signWith);
  return await deps.carriers.post({ url: lookUp(to.url), contentType, body, id: key, secret });
}

const notSet = (names: readonly string[]) => `${names.map((name) => `$${name.replace(/^\$/, '')}`).join(', ')} not set`;

function namesIn(to: Recipient): readonly string[] {
  const texts = to.kind === 'email' ? to.to : [to.url, ...(to.signWith === null ? [] : [to.signWith])];
  return texts.filter((text) => text.startsWith('$')).map((text) => text.slice(1));
}

async function settle(
  { book }: NotifyDependencies,
  { key, attempt, notice, to }: { key: string; attempt: number; notice: Notice; to: Recipient },
  delivery: Delivery,
): Promise<void> {
  if (delivery.state === 'delivered') return await book.settleNotice({ key, state: 'sent' });
  const { state, why } = delivery;
  const again = state === 'refused' && delivery.again;
  await book.settleNotice({ key, state, why, last: !again || attempt >= triesAtMost });
  // What may have arrived is as done as it can be.
  if (state === 'uncertain') return;
  const message = `"${notice.on}" of ${notice.model} to ${labelOf(to)}: ${why}.`;
  throw new PerennialError(
    again ? 'PRN-PLATFORM-002' : why.includes('not set') ? 'PRN-PLATFORM-001' : 'PRN-NOTICE-001',
    {
      message,
    },
  );
}

function earlierRecipient(webhook = ''): Recipient {
  return { kind: 'webhook', url: webhook, format: 'slack', signWith: null };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
