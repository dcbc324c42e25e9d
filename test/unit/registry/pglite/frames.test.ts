import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frame, frameReader } from '../../../../src/registry/pglite/frames.ts';

describe('frames of the PostgreSQL protocol', () => {
  it('come out as they went in, wherever the network cut them', () => {
    const messages = fc.array(fc.tuple(fc.constantFrom('Q', 'P', 'B', 'S'), fc.string()), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(messages, fc.array(fc.nat(60), { maxLength: 12 }), (sent, cuts) => {
        const stream = Buffer.concat(sent.map(([type, body]) => frame(type, body)));
        const reader = frameReader();
        const received: Buffer[] = [];
        let start = 0;
        for (const cut of [
          ...cuts.map((offset) => Math.min(offset, stream.length)).sort((a, b) => a - b),
          stream.length,
        ]) {
          reader.add(stream.subarray(start, cut));
          start = cut;
          const batch = reader.batch();
          if (batch !== null) received.push(batch);
        }
        expect(Buffer.concat(received).equals(stream)).toBe(true);
        expect(reader.ended()).toBe(false);
      }),
      { seed: 5 },
    );
  });

  it('are read up to the goodbye', () => {
    const reader = frameReader();
    reader.add(Buffer.concat([frame('Q', 'commit'), frame('X'), frame('Q', 'ignored')]));
    expect(reader.batch()?.equals(frame('Q', 'commit'))).toBe(true);
    expect(reader.ended()).toBe(true);
    expect(reader.batch()).toBeNull();
  });

  it('end where the length is impossible', () => {
    const reader = frameReader();
    reader.add(Buffer.from([0x51, 0, 0, 0, 1]));
    expect(reader.batch()).toBeNull();
    expect(reader.ended()).toBe(true);
  });

  it.each([
    ['encryption', 8, 80_877_103],
    ['encryption', 8, 80_877_104],
    ['cancel', 16, 80_877_102],
    ['startup', 12, 196_608],
    ['foreign', 12, 196_609],
    ['foreign', 4, 196_608],
  ])('start with a packet of the kind %s (%i bytes, code %i)', (kind, size, code) => {
    const packet = Buffer.alloc(Math.max(size, 8));
    packet.writeInt32BE(size, 0);
    packet.writeInt32BE(code, 4);
    const reader = frameReader();
    reader.add(packet.subarray(0, 7));
    expect(reader.first()).toBeNull();
    reader.add(packet.subarray(7));
    expect(reader.first()).toBe(kind);
  });
});
