import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesystemStore } from '../../../src/artifacts/filesystem/store.ts';
import { differenceOf } from '../../../src/differential/difference.ts';
import { duckdbLoggedRequests } from '../../../src/differential/duckdb/logged.ts';

const scores = (width: number, values: readonly number[]) => {
  return { rows: values.length / width, width, values: Float32Array.from(values) };
};
const ids = (rows: number) => Array.from({ length: rows }, (_, row) => `r${row}`);

describe('the difference of two versions', () => {
  it('is nothing between a version and itself', () => {
    const same = scores(2, [0.25, 0.75, 0.5, 0.5]);
    const { flipped, flips, change, largest } = differenceOf({ classes: [0, 1] }, same, same, {
      ids: ids(2),
      slices: {},
    });
    expect([flipped, flips, change.meanAbsolute, change.quantiles.max]).toEqual([0, [], 0, 0]);
    expect(largest.map(({ from, to }) => [from, to])).toEqual([
      ['1', '1'],
      ['0', '0'],
    ]);
  });

  it('tells which labels flip, how far scores move, where most, and the rows to look at', () => {
    const rows = 200;
    const before = scores(2, Array.from({ length: rows }, () => [0.75, 0.25]).flat());
    // At JFK every second answer turns round; elsewhere nothing moves but by a quarter of the way.
    const after = scores(
      2,
      Array.from({ length: rows }, (_, row) => (row < 100 && row % 2 === 0 ? [0.25, 0.75] : [0.6875, 0.3125])).flat(),
    );
    const origin = Array.from({ length: rows }, (_, row) => (row < 100 ? 'JFK' : 'LGA'));
    const found = differenceOf({ classes: ['late', 'on time'] }, before, after, { ids: ids(rows), slices: { origin } });
    expect(found).toMatchObject({ rows, flipped: 50, flips: [{ from: 'late', to: 'on time', rows: 50 }] });
    expect(found.change.mean).toBeCloseTo((50 * 0.5 + 150 * 0.0625) / 200, 12);
    expect(found.change.quantiles).toEqual({ p50: 0.0625, p90: 0.5, p99: 0.5, max: 0.5 });
    expect(found.slices).toEqual([
      { column: 'origin', value: 'JFK', rows: 100, flipped: 50, meanChange: (50 * 0.5 + 50 * 0.0625) / 100 },
      { column: 'origin', value: 'LGA', rows: 100, flipped: 0, meanChange: 0.0625 },
    ]);
    expect(found.largest.slice(0, 2).map(({ id }) => id)).toEqual(['r0', 'r2']);
    expect(found.largest).toHaveLength(20);
  });

  it('tells flips by the thresholds that the versions decide by', () => {
    const same = scores(2, [0.75, 0.25, 0.25, 0.75]);
    const about = { ids: ids(2), slices: {} };
    const found = differenceOf({ classes: ['no', 'yes'] }, same, { ...same, yesFrom: 0.25 }, about);
    expect(found).toMatchObject({ flips: [{ from: 'no', to: 'yes', rows: 1 }], change: { meanAbsolute: 0 } });
  });

  it('follows, among three classes, the probability of what was predicted before', () => {
    const [before, after] = [scores(3, [0.5, 0.25, 0.25]), scores(3, [0.25, 0.5, 0.25])];
    const { flips, largest } = differenceOf({ classes: ['a', 'b', 'c'] }, before, after, { ids: ['x'], slices: {} });
    expect(flips).toEqual([{ from: 'a', to: 'b', rows: 1 }]);
    expect(largest).toEqual([{ id: 'x', before: 0.5, after: 0.25, from: 'a', to: 'b' }]);
  });

  it('counts a value as flipped when it moves by more than a hundredth of their spread', () => {
    const before = scores(1, [0, 10, 20, 30]);
    const after = scores(1, [0, 10.0625, 20.25, 30]);
    expect(differenceOf({ classes: [] }, before, after, { ids: ids(4), slices: {} }).flipped).toBe(1);
  });
});

describe('logged requests', () => {
  it('are the last that were answered for users, with their features, oldest first', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'perennial-logged-'));
    const store = filesystemStore(join(folder, 'objects'));
    const line = (at: string, id: string, role: string, features: unknown) =>
      JSON.stringify({ at, id, role, features });
    await store.put(
      'requests/m/2026-01-02/g-1.ndjson',
      Buffer.from(
        [
          line('2026-01-02T10:00:00.000Z', 'a', 'stable', { x: 1, c: 'u' }),
          line('2026-01-02T10:00:01.000Z', 'b', 'canary', { x: null, c: '' }),
          line('2026-01-02T10:00:02.000Z', 'c', 'adhoc', { x: 3 }),
          line('2026-01-02T10:00:03.000Z', 'b2', 'shadow', null),
          line('2026-01-02T12:00:00.000Z', 'later', 'stable', { x: 9 }),
        ].join('\n'),
      ),
    );
    await store.put(
      'requests/m/2026-01-01/g-1.ndjson',
      Buffer.from(
        [
          line('2026-01-01T10:00:00.000Z', 'old', 'stable', { x: 0 }),
          line('2026-01-01T09:00:00.000Z', 'older', 'stable', { x: 5 }),
        ].join('\n'),
      ),
    );
    const features = [
      { name: 'x', type: 'numeric' },
      { name: 'c', type: 'categorical' },
    ] as const;
    const asked = { model: 'm', features, before: '2026-01-02T11:00:00.000Z', days: 7, rowsAtMost: 3 };
    const requests = duckdbLoggedRequests({ store, tempFolder: join(folder, 'temp') });
    expect(await requests.last(asked)).toEqual({
      rows: 3,
      columns: { id: ['old', 'a', 'b'], x: [0, 1, null], c: [null, 'u', null] },
    });
    expect((await requests.last({ ...asked, model: 'other' })).rows).toBe(0);
    await rm(folder, { recursive: true });
  });
});
