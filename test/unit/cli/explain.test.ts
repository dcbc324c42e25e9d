import { describe, expect, it } from 'vitest';
import { renderDifference } from '../../../src/cli/output/difference.ts';
import { renderExplanation } from '../../../src/cli/output/explain.ts';
import { compareVersions } from '../../../src/decision/compare-versions.ts';
import type { StoredEvidence } from '../../../src/decision/stored.ts';
import { tellStory } from '../../../src/decision/story.ts';
import { modelCard } from '../../../src/report/model-card.ts';
import { aGate, anEvaluation, losingGate } from './reports.ts';

const style = { color: false, width: 100 };
const at = (minute: number) => `2026-11-21T06:${String(minute).padStart(2, '0')}:00.000Z`;
const gates = { name: 'perennial', via: 'workflow' } as const;
const about = { run: 'delays-r3', version: 4 } as const;

describe('perennial explain', () => {
  it('answers on one screen, the reason first', () => {
    const lines = renderExplanation(tellStory(evidence()), style).split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines.every((line) => [...line].length <= 100)).toBe(true);
    expect(lines.slice(0, 3).join('\n')).toMatchInlineSnapshot(`
      "delays v4  rejected  boosted of delays-r3
      Rejected by its gates: auc vs champion ≥ −0.01 in origin=EWR: −0.0213, would pass at −0.0402.
      "
    `);
    expect(lines).toContain(
      '  2026-11-21 06:02  gates: fail; 1 of 2 gates passed; "auc vs champion ≥ −0.01 in origin=EWR"',
    );
  });

  it('says loudly who has overruled gates, and that evidence is not what it was', () => {
    const stored = evidence();
    const forced = {
      ...{ ...about, at: at(5), kind: 'override', verdict: 'forced', reason: 'the season cannot wait' },
      by: { name: 'bob', via: 'cli' } as const,
      evidence: { rollout: 'delays-v4-x', from: 'rejected', gates: [losingGate.name], roles: ['overruler'] },
    };
    const story = tellStory({
      ...stored,
      decisions: [...stored.decisions, forced],
      evaluation: stored.evaluation && { ...stored.evaluation, found: 'ff' },
    });
    const text = renderExplanation(story, style);
    expect(text).toContain('FORCED by bob (cli) at 2026-11-21 06:05, when it was rejected: "the season cannot wait".');
    expect(text).toContain('the evaluation in the store is NOT the one that was decided on');
  });

  it('lets nothing that people or data say become markup of the card', () => {
    const stored = evidence();
    const trigger = { kind: 'manual', by: '<b>eve</b>', reason: '[x](http://evil) | `y`' } as const;
    const card = modelCard(tellStory({ ...stored, run: { ...stored.run, trigger } }));
    expect(card).toContain('\\<b\\>eve\\</b\\> (manual)');
    expect(card).toContain('\\[x\\](http://evil) \\| \\`y\\`');
  });
});

describe('perennial diff', () => {
  it('says of each part what changed, and of metrics on what rows they stand', () => {
    const [from, to] = [evidence(), evidence()];
    const before = {
      stored: { ...from, version: { ...from.version, version: 2, parameters: { depth: 3 } } },
      snapshot: null,
    };
    const text = renderDifference(compareVersions(before, { stored: to, snapshot: null }, null), style);
    expect(text).toContain('Data  the same');
    expect(text).toMatch(/Parameters\n +from +to\n +depth +3 +6/);
    expect(text).toContain('each on its own hold-out: the rows are not the same');
    expect(text).toContain('Behaviour  the answers of both to common rows are not kept');
  });
});

function evidence(): StoredEvidence {
  const report = anEvaluation();
  return {
    version: {
      ...{
        ...about,
        model: 'delays',
        candidate: 'boosted',
        artifact: 'a',
        artifactDigest: 'sha256:aa',
        snapshot: 'delays-4f2ac1',
      },
      signature: { task: 'binary-classification', features: [{ name: 'temp', type: 'numeric' }], classes: [0, 1] },
      ...{ parameters: { depth: 6, eta: 0.1 }, seed: 7, trainerMetrics: {}, environment: { code: 'sha256:bb' } },
      ...{ state: 'rejected', createdAt: at(0), metrics: { auc: 0.7184 }, rev: 2 },
    },
    run: {
      ...{ run: 'delays-r3', model: 'delays', workflowId: 'retrain:delays', temporalRunId: 'x', asOf: at(0) },
      trigger: { kind: 'manual', by: 'ana', reason: 'new season' },
      ...{
        planDigest: 'p',
        startedAt: at(0),
        endedAt: at(9),
        outcome: 'rejected',
        summary: 'nothing is better',
        version: null,
      },
    },
    decisions: [
      {
        ...{ ...about, at: at(2), kind: 'gates', verdict: 'fail', by: gates, reason: losingGate.name },
        evidence: { evaluation: 'models/delays/evaluations/x.json', digest: 'aa', gates: [aGate(), losingGate] },
      },
    ],
    evaluation: { key: 'models/delays/evaluations/x.json', decided: 'aa', found: 'aa', report },
    events: [],
  };
}
