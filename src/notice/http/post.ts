import type { Carriers, Delivery } from '../carrier.ts';
import { signedHeaders } from './sign.ts';

export interface PostOptions {
  readonly fetch: typeof fetch;
  readonly now: () => Date;
  readonly timeoutMs?: number;
}

/** Notices by HTTP. Redirects are refusals: a body must not be carried to an address that nobody has named. */
export function httpPost({ fetch: send, now, timeoutMs = 10_000 }: PostOptions): Carriers['post'] {
  return async ({ url, contentType, body, id, secret }) => {
    // An address that cannot be read is not repeated in words: it may be a secret that was put into the wrong variable.
    if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''))
      return { state: 'refused', why: 'its address is no http URL', again: false };
    const seconds = Math.floor(now().getTime() / 1_000);
    try {
      const answer = await send(url, {
        method: 'POST',
        headers: { 'content-type': contentType, ...signedHeaders({ id, body }, secret, seconds) },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      await answer.body?.cancel();
      if (answer.ok) return { state: 'delivered' };
      return { state: 'refused', why: `it answered ${answer.status}`, again: mayChange(answer.status) };
    } catch (error) {
      return whatFailed(error, timeoutMs);
    }
  };
}

function mayChange(status: number): boolean {
  return status >= 500 || [408, 425, 429].includes(status);
}

/** Before a connection stands, nothing can have arrived. */
const neverConnected = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
];

function whatFailed(error: unknown, timeoutMs: number): Delivery {
  if (error instanceof Error && error.name === 'TimeoutError')
    return { state: 'uncertain', why: `it has not answered within ${timeoutMs / 1_000} s` };
  const code = codeOf(error);
  if (code !== null && neverConnected.includes(code)) return { state: 'refused', why: code, again: true };
  return { state: 'uncertain', why: `the connection broke (${code ?? 'no reason given'})` };
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? null : codeOf(error.cause);
}
