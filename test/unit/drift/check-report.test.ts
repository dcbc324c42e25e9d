import { describe, expect, it } from 'vitest';
import { buildCheckReport } from '../../../src/drift/check-report.ts';
import type { CheckReport, ColumnDrift } from '../../../src/drift/report.ts';

const calm: ColumnDrift = {
  column: 'calm',
  kind: 'numeric',
  test: 'ks',
  statistic: 0.01,
  pValue: 0.6,
  adjustedP: 1,
  effect: 0.01,
  effectName: 'w1/sd',
  missing: { reference: 0, current: 0, pValue: 1, adjustedP: 1 },
  newCategories: [],
  outOfRange: 0,
  histogram: { labels: [], reference: [], current: [] },
  drifted: false,
  findings: [],
};

describe('the report of a check', () => {
  it('names the worst column first and the performance beside it', () => {
    const report = build({
      columns: [calm, moved('dewp', 0.4), moved('temp', 2.1)],
      performance: {
        metric: 'auc',
        reference: 0.7021,
        current: 0.6712,
        interval: null,
        labelled: 900,
        waitingForLabels: 0,
        verdict: 'fell',
      },
    });
    expect(report.alarm).toBe(true);
    expect(report.summary).toBe('temp moved (W1/sd 2.1), dewp moved (W1/sd 0.4); auc 0.702 → 0.671');
    expect(report.columns.map(({ column }) => column)).toEqual(['temp', 'dewp', 'calm']);
  });

  it('names four columns and counts the others', () => {
    const columns = [1, 2, 3, 4, 5, 6].map((effect) => moved(`c${effect}`, effect));
    expect(build({ columns }).summary).toMatch(/^c6 moved .*, c3 moved \(W1\/sd 3\), 2 more$/);
  });

  it('is calm when nothing moved, and still tells missing days and duplicate ids', () => {
    const report = build({ columns: [calm, calm], missingDays: ['2013-07-04'], duplicateIds: 3 });
    expect(report.alarm).toBe(false);
    expect(report.summary).toBe('no drift in 2 columns; no data for 1 day; 3 duplicate ids');
  });

  it('alarms on missing values, an absent column, fallen performance and an empty window', () => {
    const missing = { ...calm, drifted: true, missing: { ...calm.missing, current: 0.02 } };
    expect(build({ columns: [missing] })).toMatchObject({ alarm: true, summary: 'calm missing 0 % → 2 %' });
    expect(build({ columns: [calm], missingColumns: ['wind'] })).toMatchObject({
      alarm: true,
      summary: 'wind not in the data; no drift in 1 column',
    });
    expect(build({ current: { from: 'a', to: 'b', rows: 0 } })).toMatchObject({
      alarm: true,
      summary: 'no rows in the current window: nothing could be compared',
    });
  });

  it('does not alarm on performance that is not certain, and says so', () => {
    const report = build({
      columns: [calm],
      performance: {
        metric: 'auc',
        reference: 0.7,
        current: 0.6,
        interval: null,
        labelled: 50,
        waitingForLabels: 9,
        verdict: 'inconclusive',
      },
    });
    expect(report).toMatchObject({ alarm: false, summary: 'no drift in 1 column; auc 0.700 → 0.600 (not certain)' });
  });
});

function moved(column: string, effect: number): ColumnDrift {
  return { ...calm, column, effect, drifted: true, findings: [`moved: median 1 → 2 (W1/sd ${effect}, p < 1e-10)`] };
}

function build(parts: Partial<CheckReport>): CheckReport {
  return buildCheckReport({
    model: 'flight-delay',
    asOf: '2013-07-08',
    champion: 3,
    reference: { from: 'a', to: 'b', rows: 1_000 },
    current: { from: 'b', to: 'c', rows: 500 },
    alpha: 0.01,
    minimumEffect: 0.05,
    columns: [],
    performance: null,
    missingColumns: [],
    missingDays: [],
    duplicateIds: 0,
    ...parts,
  });
}
