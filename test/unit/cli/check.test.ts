import { describe, expect, it } from 'vitest';
import { renderCheck } from '../../../src/cli/output/check.ts';
import { widthOf } from '../../../src/cli/output/style.ts';
import { checkPage } from '../../../src/report/check-page.ts';
import { aCheck, aColumn } from './reports.ts';

describe('renderCheck', () => {
  it('shows the worst column first, with both histograms on one scale', () => {
    expect(renderCheck(aCheck(), { color: false, width: 100 })).toMatchInlineSnapshot(`
      "delays as of 2013-11-20  ✖ alarm  champion v3
        wind_gust is not in the data; auc 0.71 → 0.66; dep_delay: moved by 0.31 standard deviations

        reference  2013-08-01 to 2013-11-13  52,110 rows
        current    2013-11-13 to 2013-11-20   4,200 rows

        ✖ wind_gust is not in the data
        ● dep_delay: moved by 0.31 standard deviations

        column                     effect  p (adj.)        missing  reference  current
        dep_delay  ✖ drifted   0.31 W1/sd    <0.001  0.1 % → 0.1 %  █▂▁        ▃▅▃▂
        temp       ✔ same     0.031 W1/sd     0.810  0.1 % → 0.1 %  ▂██▂       ▃██▂

        ✖ fell  auc 0.71 → 0.66 (0.63, 0.69)  3,900 labelled, 300 wait for labels
        false alarms: at most 5 % for 100 days of checks, all columns together; smallest effect 0.05"
    `);
  });

  it('tells the segments that a drift is about, on the page too', () => {
    const rows = { reference: 0.3, current: 0.45 };
    const part = { part: 0.6, byShare: 0.5, byChange: 0.1, rows, values: { reference: 10, current: 14 } };
    const segments = [
      { ...part, segment: 'origin = JFK' },
      { ...part, segment: 'hour ≥ 18', byShare: 0.1, byChange: 0.5 },
    ];
    const report = aCheck({ columns: [aColumn({ column: 'dep_delay', drifted: true, segments })] });
    const said = '60 % of it in hour ≥ 18: changed inside, 37.5 % of rows';
    expect(renderCheck(report, { color: false, width: 120 })).toContain(`dep_delay also: ${said}`);
    expect(checkPage(report)).toContain(said);
  });

  it('fits 80 columns', () => {
    const text = renderCheck(aCheck(), { color: false, width: 80 });
    expect(Math.max(...text.split('\n').map(widthOf))).toBeLessThanOrEqual(80);
  });

  it('is quiet when nothing is wrong', () => {
    const quiet = aCheck({
      alarm: false,
      columns: [],
      performance: null,
      findings: [],
      summary: 'nothing moved',
    });
    expect(renderCheck(quiet, { color: false, width: 80 })).toContain('✔ quiet');
  });
});
