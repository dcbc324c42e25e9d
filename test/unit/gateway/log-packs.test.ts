import { describe, expect, it } from 'vitest';
import { gatewayOf, packedSegments, packsOf, withoutPacked } from '../../../src/gateway/log-packs.ts';

const day = 'requests/m/2026-03-01';
/** A sequence: when the gateway was started, then which of its segments. */
const [early, late] = ['1772323200000', '1772326800000'];
const segment = (name: string, life: string, at: number) =>
  `${day}/${name}-${life}${String(at).padStart(6, '0')}.ndjson`;
const packed = (name: string, life: string, [from, to]: readonly [number, number]) =>
  `${segment(name, life, from).replace('.ndjson', '')}-${life}${String(to).padStart(6, '0')}.parquet`;

describe('packs of a log', () => {
  it('are one for each folder, gateway and life of it, named after the first segment and the last', () => {
    const keys = [
      segment('gateway-1', early, 9),
      segment('gateway-1', early, 10),
      segment('gateway-1', late, 1),
      segment('gateway-2', early, 10),
      segment('gateway-1', early, 11).replace('2026-03-01', '2026-03-02'),
    ];
    expect(packsOf(keys)).toEqual([
      { key: packed('gateway-1', early, [9, 10]), segments: keys.slice(0, 2) },
      { key: packed('gateway-1', late, [1, 1]), segments: keys.slice(2, 3) },
      { key: packed('gateway-2', early, [10, 10]), segments: keys.slice(3, 4) },
      { key: packed('gateway-1', early, [11, 11]).replace('2026-03-01', '2026-03-02'), segments: keys.slice(4) },
    ]);
  });

  it('are of a bounded number of segments', () => {
    const keys = Array.from({ length: 12_000 }, (_, at) => segment('g', early, at));
    expect(packsOf(keys).map(({ segments }) => segments.length)).toEqual([5_000, 5_000, 2_000]);
    expect(packsOf(keys).flatMap(({ segments }) => segments)).toEqual(keys);
  });

  it('stand for the segments between their first and their last, and for no others', () => {
    const inside = [segment('g', early, 2), segment('g', early, 3), segment('g', early, 4)];
    const others = [
      segment('g', early, 1),
      segment('g', early, 5),
      // Left over from an earlier life, and sent late.
      segment('g', String(Number(early) - 1), 3),
      segment('g-1', early, 3),
      segment('g', early, 3).replace('/m/', '/n/'),
      `${day}/no-segment.txt`,
    ];
    const pack = packed('g', early, [2, 4]);
    expect(packedSegments([...others, ...inside, pack])).toEqual(inside);
    expect(withoutPacked([...others, ...inside, pack])).toEqual([...others, pack]);
    expect(packsOf([...inside, pack])).toEqual([]);
  });

  it('are told by their gateway as its segments are', () => {
    expect(gatewayOf(segment('gateway-1', early, 2))).toBe('gateway-1');
    expect(gatewayOf(packed('gateway-1', early, [2, 4]))).toBe('gateway-1');
    expect(gatewayOf(`${day}/notes.txt`)).toBeNull();
  });
});
