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
        serving: p50 1.204 ms, p99 4.41 ms, 0 of 500 rows failed

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
        serving: p50 1.204 ms, p99 4.41 ms, 0 of 500 rows failed

        gate         value  interval      n  verdict
        auc ≥ 0.65  0.7184            9,120  ✔ pass

      Winner: v4 (boosted)

      perennial explain delays@4
      perennial card delays@4 --html report.html"
    `);
  });

  it('tells of found slices, switched answers, further versions and the standard set', () => {
    const interval = { low: 0.01, high: 0.04, confidence: 0.95 };
    const candidate = aCandidate({
      labelSwitches: { onlyChallenger: 310, onlyChampion: 240, exactP: 0.003, blockP: 0.012 },
      worstSlices: [
        {
          where: [
            { column: 'origin', value: 'EWR' },
            { column: 'temp', value: '≥ 85' },
          ],
          ...{
            against: 'champion',
            n: 640,
            extraLoss: 0.025,
            interval,
            metric: 'auc',
            challenger: 0.66,
            champion: 0.7,
          },
        },
      ],
    });
    const report = anEvaluation({
      candidates: [candidate],
      others: [{ version: 2, metrics: { auc: 0.69 }, comparisons: candidate.comparisons }],
      standard: {
        ...{ id: 'a'.repeat(64), rows: 5_000, from: '2013-01-01T05:00:00.000Z', to: '2013-01-14T22:00:00.000Z' },
        versions: [{ version: 4, metrics: { auc: 0.71, logLoss: 0.5 }, seenInTraining: 0.5 }],
      },
    });
    const text = renderEvaluation(report, { color: false, width: 120 });
    expect(text).toContain(
      'only it is right on 310 rows, only the champion on 240, p 0.012 with days kept whole (McNemar)',
    );
    expect(text).toMatch(/origin=EWR, temp=≥ 85 +champion +\+0\.025 +\(\+0\.01, \+0\.04\) +0\.66 +0\.7 +640/);
    expect(text).toMatch(/shown beside[^\n]*\n[^\n]*v2 /);
    expect(text).toContain('Standard set: 5,000 rows, 2013-01-01 to 2013-01-14');
    expect(text).toContain('trained on 50 % of it');
  });

  it('says the same with and without colour', () => {
    const style = { width: 100 };
    const colored = renderEvaluation(anEvaluation(), { ...style, color: true });
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
    expect(colored).toMatch(escapes);
    expect(colored.replaceAll(escapes, '')).toBe(renderEvaluation(anEvaluation(), { ...style, color: false }));
  });
});
