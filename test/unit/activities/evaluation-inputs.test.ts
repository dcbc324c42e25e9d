import { describe, expect, it } from 'vitest';
import { otherVersions, searchOf, sliceColumnsOf, weightsOf } from '../../../activities/evaluation-inputs.ts';
import type { EvaluateStage, ModelFile } from '../../../src/plan/schema.ts';
import type { VersionRecord } from '../../../src/registry/registry.ts';

const table = {
  rows: 4,
  columns: { origin: ['EWR', 'JFK', null, 'EWR'], temp: [10, 20, null, 40], weight: ['1', '0.5', '', '2'] },
};
const spec = (keys: Partial<EvaluateStage>): EvaluateStage => ({
  ...{ kind: 'evaluate', against: ['champion'], slices: ['origin', 'temp'], gates: [] },
  leaks: { act: 'refuse', alone: 0.95, trusted: [] },
  ...keys,
});
const data = { weight: 'weight', features: { temp: { type: 'numeric' } } } as unknown as ModelFile['data'];

describe('what an evaluation is given', () => {
  it('has numeric slices cut where the plan says, and others as they are', () => {
    expect(sliceColumnsOf(spec({ ranges: { temp: { cuts: [15] } } }), table)).toEqual({
      origin: ['EWR', 'JFK', null, 'EWR'],
      temp: ['< 15', '≥ 15', '(missing)', '≥ 15'],
    });
    expect(sliceColumnsOf(spec({}), table).temp).toEqual([10, 20, null, 40]);
  });

  it('has weights as numbers, and NaN where there is none, to be refused', () => {
    expect([...(weightsOf(data, table) ?? [])]).toEqual([1, 0.5, Number.NaN, 2]);
    expect(weightsOf({ ...data, weight: undefined }, table)).toBeNull();
  });

  it('is searched for the worst slices in slices and features, also of plans that know no search, and not where it is turned off', () => {
    expect(searchOf(spec({}), data, table)?.columns.map(({ name }) => name)).toEqual(['origin', 'temp']);
    expect(searchOf(spec({ worstSlices: 'none' }), data, table)).toBeUndefined();
  });
});

describe('further versions', () => {
  const versions = [4, 3, 2, 1].map(
    (version) =>
      ({ version, state: version === 4 ? 'stable' : version === 2 ? 'rejected' : 'deprecated' }) as VersionRecord,
  );
  const registry = {
    version: async (_: string, version: number) => versions.find((one) => one.version === version) as VersionRecord,
    versions: async () => versions,
  };

  it('are those that the plan names, the previous champion among them, each once and none that is there anyway', async () => {
    const found = await otherVersions(registry, 'm', [2, 'previous', 3, 4], [4]);
    expect(found.map(({ version }) => version)).toEqual([2, 3]);
    expect(await otherVersions(registry, 'm', undefined, [4])).toEqual([]);
  });

  it('are none where there was no champion before', async () => {
    const fresh = { ...registry, versions: async () => [] };
    expect(await otherVersions(fresh, 'm', ['previous'], [])).toEqual([]);
  });
});
