import { describe, expect, it } from 'vitest';
import { renderEvaluation } from '../../../src/cli/output/evaluation.ts';
import { widthOf } from '../../../src/cli/output/style.ts';
import { aCandidate, aGate, anEvaluation } from './reports.ts';

describe('renderEvaluation', () => {
  it('shows champion and challenger with intervals, worst slices, serving time and gates', () => {
    expect(renderEvaluation(anEvaluation(), { color: false, width: 120 })).toMatchInlineSnapshot(`
      "delays-r3  9,120 held-out rows, against champion v3
      snapshot delays-4f2ac1

      v4 boosted  ✖ fail
        metric   champion  challenger  difference  95 % interval
        auc        0.7031      0.7184     +0.0153  (+0.009, +0.022)
        logLoss      0.53      0.5123     −0.0177
        serving  p50 1.204 ms, p99 4.41 ms, 0 of 500 rows failed

        worst slices by auc  difference  interval              n
        origin=EWR              −0.0213  (−0.0402, −0.0024)  812

        gate                                     value  interval                n  verdict
        auc ≥ 0.65                              0.7184                      9,120  ✔ pass
        auc vs champion ≥ −0.01 in origin=EWR  −0.0213  (−0.0402, −0.0024)    812  ✖ fail   would pass at −0.0402

      Winner: none

      perennial explain delays@4
      perennial card delays@4 --html report.html"
    `);
  });

  it('drops what matters least at 80 columns and never exceeds them', () => {
    const text = renderEvaluation(anEvaluation(), { color: false, width: 80 });
    expect(Math.max(...text.split('\n').map(widthOf))).toBeLessThanOrEqual(80);
    expect(text).toContain('✖ fail');
  });

  it('shows plain metrics and the winner when there is no champion', () => {
    const first = aCandidate({ verdict: 'pass', comparisons: [], slices: [], gates: [aGate()] });
    const winner = { candidate: 'boosted', version: 4 };
    const report = anEvaluation({ champion: null, candidates: [first], winner });
    expect(renderEvaluation(report, { color: false, width: 80 })).toMatchInlineSnapshot(`
      "delays-r3  9,120 held-out rows, the first version: there is no champion yet
      snapshot delays-4f2ac1

      v4 boosted  ✔ pass
        metric    value
        auc      0.7184
        logLoss  0.5123
        serving  p50 1.204 ms, p99 4.41 ms, 0 of 500 rows failed

        gate         value  interval      n  verdict
        auc ≥ 0.65  0.7184            9,120  ✔ pass

      Winner: v4 (boosted)

      perennial explain delays@4
      perennial card delays@4 --html report.html"
    `);
  });

  it('says the same with and without colour', () => {
    const style = { width: 100 };
    const colored = renderEvaluation(anEvaluation(), { ...style, color: true });
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
    expect(colored).toMatch(escapes);
    expect(colored.replaceAll(escapes, '')).toBe(renderEvaluation(anEvaluation(), { ...style, color: false }));
  });
});
