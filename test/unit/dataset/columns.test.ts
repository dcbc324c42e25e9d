import { describe, expect, test } from 'vitest';
import { columnRoles } from '../../../src/dataset/columns.ts';
import { tripsModel } from './duckdb/workspace.ts';

describe('the roles of columns', () => {
  test('leave sensitive columns out of the features, even where they are declared', () => {
    const file = tripsModel({ features: { wind: { type: 'numeric' }, tail: { type: 'categorical' } } });
    expect(columnRoles(file).features).toEqual([{ name: 'wind', type: 'numeric' }]);
  });

  test('keep the segment and the slices once, and not again when they are features', () => {
    const file = tripsModel({ segmentBy: 'region' });
    expect(columnRoles(file, ['tail', 'region', 'carrier']).kept).toEqual(['region', 'tail']);
  });

  test('refuse a label that is a feature', () => {
    const file = tripsModel({ features: { late: { type: 'numeric' } } });
    expect(() => columnRoles(file)).toThrow(expect.objectContaining({ code: 'PRN-DATASET-008' }));
  });
});
