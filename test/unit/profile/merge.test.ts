import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { binEdges } from '../../../src/profile/edges.ts';
import { emptyProfile, mergeProfiles } from '../../../src/profile/merge.ts';
import { emptyTally, tallyProfile, tallyUnreadable, tallyValues } from '../../../src/profile/numeric-tally.ts';
import type { CategoricalProfile, NumericProfile, PartitionProfile } from '../../../src/profile/profile.ts';

const random = seededRandom(11);
const values = Float64Array.from({ length: 3_000 }, (_, at) => {
  if (at % 50 === 0) return Number.NaN;
  if (at % 97 === 0) return Number.POSITIVE_INFINITY;
  return Math.round(1_000 * random() * random()) / 10;
});
const finite = values.filter(Number.isFinite);
const edges = Float64Array.from(binEdges(finite.slice(), [Math.min(...finite), Math.max(...finite)]));

function profileOf(part: Float64Array): NumericProfile {
  const tally = emptyTally(edges);
  tallyValues(tally, edges, part, 0, part.length);
  return tallyProfile(tally);
}

function day(columns: PartitionProfile['columns'], rows: number): PartitionProfile {
  return { ...emptyProfile, rows, columns };
}

const names = (counts: Record<string, number>, other = 0): CategoricalProfile => {
  const present = Object.values(counts).reduce((sum, count) => sum + count, other);
  return { kind: 'categorical', present, missing: 1, counts, other, distinct: 3, untidy: 0 };
};

describe('profiles of days', () => {
  it('merge into the profile of all their rows', () => {
    const parts = [values.subarray(0, 700), values.subarray(700, 701), values.subarray(701)];
    const merged = mergeProfiles(parts.map((part) => day({ x: profileOf(part) }, part.length))).columns.x;
    const whole = profileOf(values);
    expect(merged).toMatchObject({ present: whole.present, missing: whole.missing, bins: whole.bins, min: whole.min });
    if (merged?.kind !== 'numeric') throw new Error('it is a number');
    expect(merged.mean).toBeCloseTo(whole.mean ?? 0, 12);
    expect(merged.m2 / whole.m2).toBeCloseTo(1, 12);
    expect(whole.m2 / finite.length).toBeCloseTo(variance(finite), 6);
  });

  it('keep the names of the reference, also those without rows, and count what is not kept as other', () => {
    const merged = mergeProfiles([
      day({ c: names({ a: 5, b: 0, new: 2 }) }, 8),
      day({ c: names({ a: 1, b: 0 }, 4) }, 6),
    ]).columns.c;
    expect(merged).toMatchObject({ counts: { a: 6, b: 0, new: 2 }, other: 4, present: 12, missing: 2 });
  });

  it('count a column that a day lacks as missing there, and rows of another kind as unreadable', () => {
    const merged = mergeProfiles([
      day({ x: profileOf(values) }, values.length),
      day({}, 10),
      day({ x: names({ a: 4 }) }, 5),
    ]).columns.x;
    expect(merged).toMatchObject({ missing: profileOf(values).missing + 10, unreadable: 5 });
  });

  it('of no days, or of days without rows, are empty', () => {
    expect(mergeProfiles([])).toEqual(emptyProfile);
    expect(mergeProfiles([emptyProfile, emptyProfile]).rows).toBe(0);
  });
});

describe('a tally', () => {
  it('tells apart what is missing, infinite, zero, negative, whole and unreadable', () => {
    const tally = emptyTally(Float64Array.of(0, 2));
    tallyValues(
      tally,
      Float64Array.of(0, 2),
      Float64Array.of(-1.5, 0, 0, 2, 3, Number.NaN, Number.NaN, -Infinity),
      0,
      8,
    );
    tallyUnreadable(tally, 1);
    expect(tallyProfile(tally)).toMatchObject({
      present: 6,
      missing: 1,
      unreadable: 1,
      negativeInfinite: 1,
      zeros: 2,
      negatives: 1,
      integers: 4,
      bins: [3, 1, 1],
      mean: 0.7,
    });
  });
});

describe('bin edges', () => {
  it('set values outside the reference apart, at both ends', () => {
    const own = binEdges(Float64Array.of(0, 1, 1, 0), [0, 1]);
    expect(own).toEqual([-Number.MIN_VALUE, 0, 1]);
    const some = binEdges(Float64Array.of(5, 5), [5, 5]);
    expect(some).toHaveLength(2);
    expect(some[0]).toBeLessThan(5);
  });

  it('are at most 255, ascending, with about equal counts between them', () => {
    const sample = Float64Array.from({ length: 10_000 }, () => random());
    const own = binEdges(sample, [0, 1]);
    expect(own.length).toBeLessThanOrEqual(255);
    expect(own.every((edge, at) => at === 0 || edge > (own[at - 1] ?? 0))).toBe(true);
    const tally = emptyTally(own);
    tallyValues(tally, Float64Array.from(own), sample, 0, sample.length);
    expect(Math.max(...tally.bins)).toBeLessThan(60);
  });

  it('of a column without values are none', () => {
    expect(binEdges(new Float64Array(), null)).toEqual([]);
  });
});

function variance(all: Float64Array): number {
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  return all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length;
}
