import { PerennialError } from '../../errors/error.ts';

/** @throws PRN-REGISTRY-005 when the text is no instant */
export function instant(text: string, what: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) {
    throw new PerennialError('PRN-REGISTRY-005', { message: `${what} is "${text}", which is no ISO 8601 instant` });
  }
  return at;
}

export function iso(at: Date): string {
  return at.toISOString();
}

export function isoOrNull(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}
