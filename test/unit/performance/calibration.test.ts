import { describe, expect, it } from 'vitest';
import { binaryDays, binaryReference, regressionRows, type World } from '../../../bench/drift/simulated-champion.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { type CalibrationDrift, calibrationDrift } from '../../../src/performance/calibration.ts';
import { profileDays } from '../../../src/performance/day-totals.ts';
import { scoreReference } from '../../../src/performance/reference.ts';
import type { PerformanceReference } from '../../../src/performance/totals.ts';

const calm: World = { days: 14, rowsPerDay: 500, dayEffect: 0.1 };

describe('the meaning of scores', () => {
  it('held while only the inputs move', () => {
    const { surplus, slope } = drift({ shift: 0.5 });
    expect([surplus.verdict, slope?.verdict]).toEqual(['held', 'held']);
  });

  it('changed in the large when more comes true than the scores say', () => {
    const { surplus } = drift({ concept: 0.6 });
    expect(surplus).toMatchObject({ verdict: 'changed' });
    expect(surplus.look?.change).toBeLessThan(-0.05);
    expect(surplus.interval?.high).toBeLessThan(0);
  });

  it('changed in slope when the champion has become twice as sure as it may be', () => {
    const { slope } = drift({ confidence: 2 });
    expect(slope).toMatchObject({ verdict: 'changed' });
    expect(slope?.reference).toBeCloseTo(1, 1);
    expect(slope?.look?.value).toBeCloseTo(0.5, 1);
  });

  it('is compared with what it was: a champion that was always overconfident has not changed', () => {
    expect(drift({ confidence: 2 }, { confidence: 2 }).slope?.verdict).toBe('held');
  });

  it('of a regression is its mean error, in the unit of the label', () => {
    const reference = scoreReference('regression', 1, regressionRows(seededRandom(1), 0, 1)) as PerformanceReference;
    const rows = regressionRows(seededRandom(2), 30, 1);
    const high = { ...rows, labels: Array.from(rows.labels, (label) => label - 0.7) };
    const found = calibrationDrift(reference, profileDays(reference, high), { alpha: 5e-4 });
    expect(found).toMatchObject({ slope: null, surplus: { verdict: 'changed' } });
    // A single lucky day can be the strongest evidence.
    expect(Math.abs((found.surplus.look?.change ?? 0) - 0.7)).toBeLessThan(0.3);
    expect(calibrationDrift(reference, profileDays(reference, rows), { alpha: 5e-4 }).surplus.verdict).toBe('held');
  });
});

function drift(now: Partial<World>, before: Partial<World> = {}): CalibrationDrift {
  const random = seededRandom(21);
  const reference = binaryReference(random, { ...calm, ...before });
  return calibrationDrift(reference, binaryDays(random, reference, { ...calm, firstDay: 16, days: 16, ...now }), {
    alpha: 5e-4,
  });
}
