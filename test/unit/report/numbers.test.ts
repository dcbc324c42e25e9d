import { describe, expect, it } from 'vitest';
import { histogramPair } from '../../../src/cli/output/histogram.ts';
import { formatDuration, formatNumber, formatShare, formatSigned } from '../../../src/report/numbers.ts';

describe('numbers for people', () => {
  it.each([
    [0.71842, '0.7184'],
    [12.3456, '12.346'],
    [6412, '6,412'],
    [0, '0'],
    [-0.0213, '−0.0213'],
    [0.000_001, '1.0e-6'],
    [null, '–'],
  ])('writes %s as %s', (value, expected) => {
    expect(formatNumber(value)).toBe(expected);
  });

  it('gives differences a sign', () => {
    expect([formatSigned(0.0153), formatSigned(-0.001), formatSigned(0)]).toEqual(['+0.0153', '−0.001', '+0']);
  });

  it.each([
    [8_000, '8s'],
    [430_000, '7m10s'],
    [7_500_000, '2h05m'],
    [273_600_000, '3d04h'],
  ])('writes %i ms as %s', (ms, expected) => {
    expect(formatDuration(ms)).toBe(expected);
  });

  it('writes shares as per cent with as many digits as matter', () => {
    expect([0.25, 0.002, 0.0345, 0, 1].map(formatShare)).toEqual(['25 %', '0.2 %', '3.5 %', '0 %', '100 %']);
  });
});

describe('histograms', () => {
  it('share one scale and leave empty bins blank', () => {
    expect(histogramPair([8, 1, 0, 0], [2, 2, 2, 2], 4)).toEqual(['█▂  ', '▃▃▃▃']);
  });

  it('merge bins to the width that is there', () => {
    const [reference] = histogramPair(new Array(40).fill(1), new Array(40).fill(1), 10);
    expect(reference).toHaveLength(10);
  });
});
