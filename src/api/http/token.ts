import { createHash, randomBytes } from 'node:crypto';

/** A new secret: 32 random bytes, base64url. Give it away once and keep `hashToken` of it. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What the registry stores. A plain hash is enough: the secret has 256 random bits, so that there is nothing to guess. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
