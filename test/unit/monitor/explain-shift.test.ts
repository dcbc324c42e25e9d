import { describe, expect, it } from 'vitest';
import { normal } from '../../../bench/drift/normal.ts';
import { type Random, seededRandom } from '../../../src/evaluation/random.ts';
import { explainShift, type ShiftTable } from '../../../src/monitor/explain-shift.ts';
import { saySegment } from '../../../src/monitor/say-segment.ts';

const origins = ['EWR', 'JFK', 'LGA'];
const by = ['origin', 'carrier', 'hour', 'noise'];

interface Row {
  origin: string;
  carrier: string | null;
  hour: number;
  noise: number;
  delay: number | null;
}

function tableOf(reference: number, current: number, change: (row: Row, random: Random) => void): ShiftTable {
  const random = seededRandom(11);
  const rows = Array.from({ length: reference + current }, (_, at): Row => {
    const row: Row = {
      origin: origins[Math.floor(3 * random())] as string,
      carrier: `c${Math.floor(8 * random())}`,
      hour: Math.floor(24 * random()),
      noise: normal(random),
      delay: 10 + 5 * normal(random),
    };
    if (at >= reference) change(row, random);
    return row;
  });
  const columns = (['origin', 'carrier', 'hour', 'noise', 'delay'] as const).map((name) => [
    name,
    rows.map((row) => row[name]),
  ]);
  return { reference, current, columns: Object.fromEntries(columns) };
}

const delay = { kind: 'mean', column: 'delay' } as const;

describe('a shift of one column', () => {
  it('is put down to the one segment whose rows have changed', () => {
    const table = tableOf(6_000, 2_000, (row) => {
      if (row.origin === 'JFK') row.delay = (row.delay ?? 0) + 6;
    });
    const [first, ...others] = explainShift(table, delay, by);
    expect(first?.segment).toBe('origin = JFK');
    expect(first?.part).toBeGreaterThan(0.85);
    expect(first?.byChange).toBeGreaterThan(10 * Math.abs(first?.byShare ?? 1));
    expect(others).toEqual([]);
    if (first) expect(saySegment(first)).toContain('of it in origin = JFK: changed inside');
  });

  it('is put down to rows that have become more, though none of them has changed', () => {
    const table = tableOf(6_000, 2_000, (row, random) => {
      if (row.carrier === 'c7') row.delay = 30;
      else if (random() < 0.3) Object.assign(row, { carrier: 'c7', delay: 30 });
    });
    // Before, too, these rows were different.
    const delays = table.columns.delay?.map((value, at) =>
      at < table.reference && table.columns.carrier?.[at] === 'c7' ? 30 : value,
    );
    const [first] = explainShift({ ...table, columns: { ...table.columns, delay: delays ?? [] } }, delay, by);
    expect(first?.segment).toBe('carrier = c7');
    expect(first?.byShare).toBeGreaterThan(0.9);
    expect(first?.rows.current).toBeGreaterThan(2 * (first?.rows.reference ?? 1));
  });

  it('is put down to two columns together where neither says it alone', () => {
    const table = tableOf(9_000, 6_000, (row) => {
      if (row.origin === 'LGA' && row.hour >= 18) row.delay = (row.delay ?? 0) + 15;
    });
    const [first] = explainShift(table, delay, by);
    expect(first?.segment.split(', ').sort()).toEqual(['hour ≥ 18', 'origin = LGA']);
    expect(first?.part).toBeGreaterThan(0.9);
  });

  it('has no segment where it is everywhere alike, and none where nothing moved', () => {
    const everywhere = tableOf(6_000, 2_000, (row) => {
      row.delay = (row.delay ?? 0) + 6;
    });
    expect(explainShift(everywhere, delay, by)).toEqual([]);
    expect(
      explainShift(
        tableOf(6_000, 2_000, () => undefined),
        delay,
        by,
      ),
    ).toEqual([]);
  });

  it('of what is missing, or of one name, is explained alike', () => {
    const gone = tableOf(6_000, 2_000, (row) => {
      if (row.origin === 'EWR') row.delay = null;
    });
    expect(explainShift(gone, { kind: 'missing', column: 'delay' }, by)[0]?.segment).toBe('origin = EWR');
    const renamed = tableOf(6_000, 2_000, (row) => {
      if (row.hour < 6) row.carrier = 'c1';
    });
    const [first] = explainShift(renamed, { kind: 'share', column: 'carrier', name: 'c1' }, ['origin', 'hour']);
    expect(first?.segment).toBe('hour < 6');
    expect(first?.values.current).toBe(1);
  });

  it('of nothing, or by a column that is not there, is no segment', () => {
    const table = tableOf(6_000, 0, () => undefined);
    expect(explainShift(table, delay, [...by, 'unknown'])).toEqual([]);
    expect(explainShift({ reference: 0, current: 0, columns: {} }, delay, by)).toEqual([]);
  });
});
