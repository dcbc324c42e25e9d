import { describe, expect, it } from 'vitest';
import { renderEvaluation } from '../../../src/cli/output/evaluation.ts';
import { evidencePage } from '../../../src/report/evidence-page.ts';
import { aCandidate, anEvaluation } from '../cli/reports.ts';

describe('the page of a run’s evidence', () => {
  it('shows every candidate with its gates, and how to decide', () => {
    const candidates = [aCandidate(), aCandidate({ candidate: 'linear', version: 5 })];
    const page = evidencePage(anEvaluation({ candidates, winner: { candidate: 'boosted', version: 4 } }));
    expect(page).toContain('v4 (boosted) passes its gates, judged on 9,120 held-out rows against champion v3.');
    expect(page.match(/<h2>Gates<\/h2>/g)).toHaveLength(2);
    expect(page).toContain('perennial approve delays-r3');
  });

  it('names the thresholds that the figures were measured by, where there are some', () => {
    const report = anEvaluation({
      candidates: [aCandidate({ yesFrom: 0.21875 })],
      champion: { version: 3, metrics: {} },
    });
    expect(evidencePage(report)).toContain('answers yes from 0.2188 on, the champion above 0.5');
    expect(renderEvaluation(report, { color: false, width: 120 })).toContain(
      '\n  answers yes from 0.2188 on, the champion above 0.5\n',
    );
    expect(evidencePage(anEvaluation())).not.toContain('answers yes');
  });

  it('asks nobody to decide where nothing passes, and reads no value of the data as markup', () => {
    const candidates = [aCandidate({ candidate: '<script>alert(1)</script>' })];
    const page = evidencePage(anEvaluation({ candidates, winner: null }));
    expect(page).toContain('No candidate passes its gates');
    expect(page).not.toContain('perennial approve');
    expect(page).not.toContain('<script>');
  });
});
