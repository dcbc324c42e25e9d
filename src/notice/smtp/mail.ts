import { createTransport } from 'nodemailer';
import type { Carriers, Delivery } from '../carrier.ts';

export interface MailOptions {
  /** `smtp://user:password@host:port` (STARTTLS where the server has it) or `smtps://`. */
  readonly server: string;
  /** "Perennial <perennial@example.org>" */
  readonly from: string;
  readonly timeoutMs?: number;
}

/** Notices by e-mail. The same notice has the same Message-ID, by which mailboxes know a repetition. */
export function smtpMail({ server, from, timeoutMs = 8_000 }: MailOptions): NonNullable<Carriers['mail']> {
  return async ({ to, subject, text, id }) => {
    const waits = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs };
    const transport = createTransport({ url: server, ...waits, disableFileAccess: true, disableUrlAccess: true });
    try {
      const messageId = `<${id}@perennial>`;
      const sent = await transport.sendMail({ from, to: [...to], subject, text, messageId });
      if (sent.rejected.length === 0) return { state: 'delivered' };
      // The others have it: nobody may be told twice.
      return { state: 'uncertain', why: `the mail server refused ${sent.rejected.length} of ${to.length} addresses` };
    } catch (error) {
      return whatFailed(error);
    } finally {
      transport.close();
    }
  };
}

interface MailError {
  readonly code?: string;
  /** Of the system: ECONNREFUSED. */
  readonly originalCode?: string;
  readonly timeoutType?: string;
  readonly responseCode?: number;
}

/** A server that has answered with a refusal has not taken the letter; before a connection stood, nobody has. */
function whatFailed(error: unknown): Delivery {
  const { code = 'no reason given', originalCode, timeoutType, responseCode } = error as MailError;
  if (responseCode) {
    const why = `the mail server refused with ${responseCode}`;
    return { state: 'refused', why, again: responseCode < 500 };
  }
  const why = `the mail server does not answer (${originalCode ?? code})`;
  const untouched =
    ['EDNS', 'ETLS', 'EAUTH', 'ENOAUTH'].includes(code) ||
    ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'].includes(originalCode ?? '') ||
    (timeoutType !== undefined && timeoutType !== 'SOCKET_TIMEOUT');
  return untouched ? { state: 'refused', why, again: true } : { state: 'uncertain', why };
}
