import type { Carriers } from '../notice/carrier.ts';
import { httpPost } from '../notice/http/post.ts';
import { smtpMail } from '../notice/smtp/mail.ts';
import type { Settings } from './settings.ts';

/** The ways by which notices leave this machine; no mail where no server is set. */
export function openCarriers(
  settings: Pick<Settings, 'PERENNIAL_SMTP_URL' | 'PERENNIAL_MAIL_FROM'>,
  now: () => Date,
): Carriers {
  const { PERENNIAL_SMTP_URL: server, PERENNIAL_MAIL_FROM: from } = settings;
  return { post: httpPost({ fetch, now }), mail: server ? smtpMail({ server, from }) : null };
}
