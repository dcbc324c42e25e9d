import { createHmac } from 'node:crypto';

/**
 * Headers of the Standard Webhooks scheme: HMAC-SHA256 over `<id>.<seconds>.<body>`, base64, as `v1,<signature>`. The time is
 * signed too, so that a receiver can refuse what was recorded and sent again.
 *
 * @param secret `whsec_` and base64, or any text
 * @param seconds since 1970
 * @see https://www.standardwebhooks.com
 */
export function signedHeaders(
  { id, body }: { readonly id: string; readonly body: string },
  secret: string | null,
  seconds: number,
): Record<string, string> {
  const plain = { 'webhook-id': id, 'webhook-timestamp': `${seconds}` };
  if (secret === null) return plain;
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${seconds}.${body}`).digest('base64');
  return { ...plain, 'webhook-signature': `v1,${signature}` };
}

function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
}
