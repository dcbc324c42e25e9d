import { describe, expect, it } from 'vitest';
import type { RunDetail } from '../../../src/api/wire.ts';
import { cacheDocument, renderCache } from '../../../src/cli/output/cache.ts';
import { renderReproduction } from '../../../src/cli/output/reproduction.ts';
import { renderSmoke, smokeDocument, smokeMarkdown } from '../../../src/cli/output/smoke.ts';
import { compareTrainings, type KnownTraining } from '../../../src/reproduce/compare.ts';
import { aRun, aStage } from './reports.ts';

const style = { color: false, width: 100 };

const known: KnownTraining = {
  ...{ artifactDigest: 'aa11', snapshot: 's1', seed: 1, parameters: { depth: 3 }, metrics: { auc: 0.7 } },
  ...{ environment: { xgboost: '3.0' }, code: 'c', environmentLock: 'e', hardware: 'x64, Intel Xeon, 1 thread' },
};
const named = { model: 'delays', version: 3, run: 'delays-v3-again-1', seconds: 62, artifact: 'models/x' };

describe('perennial cache', () => {
  const stages = [
    aStage({ name: 'boosted', cache: { taken: true, why: 'delays-r1 made it', from: 'delays-r1', savedSeconds: 90 } }),
    aStage({ name: 'linear', cache: { taken: false, why: 'since delays-r1: seed 1 → 2' } }),
    aStage({ name: 'rollout', state: 'skipped' }),
  ];

  it('tells of each stage whether it was taken and why, and what that has saved', () => {
    expect(renderCache(aRun({ stages }), style)).toMatchInlineSnapshot(`
      "stage    cache        why
      boosted  ✔ taken      delays-r1 made it
      linear   – not taken  since delays-r1: seed 1 → 2
      rollout  – not taken  it was not needed
      1m30s of work saved"
    `);
  });

  it('tells programs the same', () => {
    expect(cacheDocument(aRun({ stages }))).toMatchObject({
      savedSeconds: 90,
      stages: [{ taken: true, from: 'delays-r1' }, { taken: false }, { taken: null, why: 'it was not needed' }],
    });
  });
});

describe('perennial reproduce', () => {
  it('says in one line that a version is identical', () => {
    const text = renderReproduction(compareTrainings(named, known, { ...known }), style);
    expect(text).toContain('delays@3  ✔ identical  trained again in 1m02s');
    expect(text).toContain('sha256 of model.onnx both times aa11\nsame class of hardware: x64, Intel Xeon, 1 thread');
  });

  it('lists what went in and came out otherwise; what one side does not know is no difference', () => {
    const again = {
      ...known,
      artifactDigest: 'bb22',
      environment: { xgboost: '3.1' },
      code: null,
      metrics: { auc: 0.71 },
    };
    const compared = compareTrainings(named, known, again);
    expect(compared).toMatchObject({ identical: false, artifact: 'models/x', sameHardware: true });
    const lines = renderReproduction(compared, style).split('\n').slice(3).join('\n');
    expect(lines).toMatchInlineSnapshot(`
      "
      What went in otherwise:
                             then  now
        environment.xgboost  3.0   3.1

      What came out otherwise:
                     then  now
        metrics.auc  0.7   0.71
        model.onnx   aa11  bb22"
    `);
  });

  it('blames the trainer when nothing else differs', () => {
    const text = renderReproduction(compareTrainings(named, known, { ...known, artifactDigest: 'bb22' }), style);
    expect(text).toContain('the trainer itself does not repeat its results');
  });
});

describe('perennial smoke', () => {
  const gate = { name: 'auc ≥ 0.6', value: 0.7, verdict: 'pass', gate: { dryRun: false }, counterfactual: '' };
  const versus = { ...gate, name: 'auc vs champion', verdict: 'fail', gate: { dryRun: true } };
  const detail = {
    record: {
      ...{ run: 'delays-r4', model: 'delays', outcome: 'smoke-passed', summary: 'boosted@7 pass' },
      ...{ startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:00:15.000Z' },
    },
    progress: aRun({
      stages: [aStage({ name: 'boosted', detail: 'a | b', cache: { taken: true, why: '' } })],
    }),
    evaluation: { candidates: [{ candidate: 'boosted', gates: [gate, versus] }] },
  } as unknown as RunDetail;

  it('answers one document with stages and gates', () => {
    expect(smokeDocument(detail)).toMatchObject({
      ...{ run: 'delays-r4', passed: true, seconds: 15, stages: [{ name: 'boosted', fromCache: true }] },
      gates: [
        { candidate: 'boosted', verdict: 'pass', decides: true },
        { candidate: 'boosted', verdict: 'fail', decides: false },
      ],
    });
  });

  it('shows people which gates decide, and how it ended', () => {
    const text = renderSmoke(smokeDocument(detail), style);
    expect(text).toContain('auc ≥ 0.6');
    expect(text).toContain('✖ fail, only reported');
    expect(text.endsWith('✔ delays-r4 passed')).toBe(true);
  });

  it('writes a table that no detail can break, for the page of a pull request', () => {
    const text = smokeMarkdown(smokeDocument(detail));
    expect(text).toContain('### ✔ delays: smoke run delays-r4 passed in 15s');
    expect(text).toContain('a \\| b |');
    expect(text).toContain('| boosted | auc vs champion | 0.7 | fail (only reported) |');
  });
});
