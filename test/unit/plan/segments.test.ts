import { describe, expect, it } from 'vitest';
import { modelFile } from '../../../src/plan/schema.ts';
import { segmentFiles, segmentModel } from '../../../src/plan/segments.ts';
import { read } from './read-for-test.ts';

const file = (data: object) => ({
  model: 'delay',
  task: 'binary-classification',
  data: {
    source: { format: 'parquet', uri: 'x/{date}.parquet' },
    ...{ time: 'at', id: 'id', label: { column: 'late' } },
    features: { origin: { type: 'categorical' }, temp: { type: 'numeric' } },
    ...data,
  },
  plan: {
    snapshot: { kind: 'snapshot', window: '60d', holdout: '7d', validation: '7d' },
    train: { kind: 'train', trainer: 'xgboost' },
    evaluate: { kind: 'evaluate', gates: [{ metric: 'auc', atLeast: 0.6 }] },
  },
});
const problems = (data: object) => {
  const result = read(JSON.stringify(file(data)));
  return result.ok ? [] : result.problems.map(({ code, message }) => `${code} ${message}`);
};

describe('segments', () => {
  it('have a model each, by the same plan, on their own rows alone', () => {
    const global = modelFile.parse(file({ segmentBy: 'origin', segments: ['JFK', 'New York (LGA)'] }));
    const [jfk, lga, ...none] = segmentFiles(global);
    expect(none).toEqual([]);
    expect([jfk?.model, lga?.model]).toEqual(['delay--jfk', 'delay--new-york-lga']);
    expect(jfk).toMatchObject({
      segmentOf: 'delay',
      plan: global.plan,
      data: { only: { column: 'origin', equals: 'JFK' }, segmentBy: null, segments: [] },
    });
    expect(segmentFiles(modelFile.parse(file({ segmentBy: 'origin' })))).toEqual([]);
    expect(segmentFiles(jfk as typeof global)).toEqual([]);
  });

  it('are named by what is plain in their value', () => {
    expect(segmentModel('m', ' São  Paulo ')).toBe('m--s-o-paulo');
  });

  it('are refused where the gateway could not tell them apart', () => {
    expect(problems({ segmentBy: 'origin', segments: ['JFK', 'EWR'] })).toEqual([]);
    expect(problems({ segments: ['JFK'] })).toEqual([
      expect.stringContaining('PRN-PLAN-070 data.segments needs "segmentBy"'),
    ]);
    expect(problems({ segmentBy: 'gate', segments: ['A'] })).toEqual([expect.stringContaining('which is no feature')]);
    expect(problems({ segmentBy: 'origin', segments: ['J-FK', 'J FK'] })).toEqual([
      expect.stringContaining('have the same name: delay--j-fk'),
    ]);
    expect(problems({ segmentBy: 'origin', segments: ['???'] })).toEqual([expect.stringContaining('gives no name')]);
  });
});
