import type { Payload, PayloadCodec } from '@temporalio/common';

/** Data go by key; whatever travels through Temporal itself stays small. */
export const largestAllowed = 64 * 1024;

/** Weighs every payload that a client or a worker sends, and changes none. */
export class PayloadScale implements PayloadCodec {
  largest = 0;

  async encode(payloads: Payload[]): Promise<Payload[]> {
    this.largest = Math.max(this.largest, ...payloads.map(({ data }) => data?.length ?? 0));
    return payloads;
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads;
  }
}

/** Bytes of the largest payload anywhere in a history as `fetchHistory` gives it. */
export function largestPayload(part: unknown): number {
  if (part === null || typeof part !== 'object' || part instanceof Uint8Array) return 0;
  const own = 'data' in part && part.data instanceof Uint8Array ? part.data.length : 0;
  return Object.values(part).reduce((largest: number, inner) => Math.max(largest, largestPayload(inner)), own);
}
