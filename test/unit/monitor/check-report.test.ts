import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/alarm/finding.ts';
import { buildCheckReport } from '../../../src/monitor/check-report.ts';
import { aCheck, aColumn } from '../cli/reports.ts';

const finding = (change: Partial<Finding>): Finding => ({
  kind: 'drift',
  code: 'shifted',
  column: 'temp',
  segment: null,
  severity: 'warning',
  size: 1,
  says: 'mean 36.1 → 61.2 over 14 days from 2013-04-26 (W1/sd 2.4, 2.1 to 2.7; p = 0.0012), since 2013-05-07',
  ...change,
});

describe('the report of a check', () => {
  it('says in one line what changed, broken data first, without the evidence', () => {
    const { summary, alarm } = buildCheckReport({
      ...aCheck(),
      findings: [
        finding({}),
        finding({ kind: 'performance', column: null, says: 'auc 0.71 → 0.66 over 8 days to 2013-05-09, 900 rows' }),
        finding({ kind: 'quality', column: 'wind_gust', says: 'wind_gust is not in the data' }),
      ],
    });
    expect(alarm).toBe(true);
    expect(summary).toBe('wind_gust is not in the data; auc 0.71 → 0.66; temp mean 36.1 → 61.2');
  });

  it('puts the worst first, and all rows before a segment', () => {
    const { findings, columns } = buildCheckReport({
      ...aCheck(),
      columns: [aColumn(), aColumn({ column: 'dewp', effect: 0.9 }), aColumn({ column: 'hour', drifted: true })],
      findings: [
        finding({ code: 'a', severity: 'info', size: 9 }),
        finding({ code: 'b', kind: 'performance', segment: 'origin = JFK', size: 5 }),
        finding({ code: 'c', kind: 'performance', size: 2 }),
        finding({ code: 'd', severity: 'critical' }),
      ],
    });
    expect(findings.map(({ code }) => code)).toEqual(['d', 'c', 'b', 'a']);
    expect(columns.map(({ column }) => column)).toEqual(['hour', 'dewp', 'temp']);
  });

  it('is no alarm when there are infos only', () => {
    const { alarm, summary } = buildCheckReport({ ...aCheck(), findings: [finding({ severity: 'info' })] });
    expect(alarm).toBe(false);
    expect(summary).toBe('nothing changed in 2 columns');
  });

  it('names two of a kind, and how many more there are', () => {
    const many = ['a', 'b', 'c', 'd'].map((column) => finding({ column, says: 'moved' }));
    expect(buildCheckReport({ ...aCheck(), findings: many }).summary).toBe('a moved, b moved and 2 more');
  });
});
