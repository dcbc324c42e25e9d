import { describe, expect, it } from 'vitest';
import { largestAllowed, largestPayload, PayloadScale } from './payload-scale.ts';

const payload = (bytes: number) => ({ metadata: {}, data: new Uint8Array(bytes) });

describe('the scale that every workflow test stands on', () => {
  it('weighs whatever a client or a worker sends, and changes nothing', async () => {
    const scale = new PayloadScale();
    const sent = [payload(10), payload(largestAllowed + 1), payload(5)];
    expect(await scale.encode(sent)).toBe(sent);
    await scale.encode([]);
    expect(scale.largest).toBe(largestAllowed + 1);
  });

  it('finds the largest payload at any depth of a history', () => {
    const scheduled = { activityTaskScheduledEventAttributes: { input: { payloads: [payload(3), payload(70_000)] } } };
    const failed = { activityTaskFailedEventAttributes: { failure: { encodedAttributes: payload(90_000) } } };
    expect(largestPayload({ events: [scheduled] })).toBe(70_000);
    expect(largestPayload({ events: [scheduled, failed] })).toBe(90_000);
    expect(largestPayload({ events: [] })).toBe(0);
  });
});
