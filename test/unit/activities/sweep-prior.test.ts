import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSweepActivities } from '../../../activities/sweep.ts';
import { takenUp } from '../../../activities/sweep-continued.ts';
import { createSweepRecordActivities } from '../../../activities/sweep-records.ts';
import { filesystemStore } from '../../../src/artifacts/filesystem/store.ts';
import type { ObjectStore } from '../../../src/artifacts/object-store.ts';
import type { RunRecord } from '../../../src/registry/registry.ts';
import { type SweepRecord, sweepKey } from '../../../src/sweep/record.ts';
import type { TrainResult } from '../../../src/training/request.ts';
import { recordedSweep } from '../sweep/recorded-sweep.ts';

let folder: string;
let store: ObjectStore;
const yesterday = recordedSweep('tpe');
const { space, seed } = yesterday;
const earlierRun: RunRecord = {
  ...{ run: 'm-r1', model: 'm', workflowId: 'retrain:m', temporalRunId: 'first', planDigest: 'd' },
  ...{ trigger: { kind: 'manual', by: 'ana' }, asOf: '2026-01-01', startedAt: '2026-01-01', endedAt: '2026-01-01' },
  ...{ outcome: 'promoted', summary: null, version: 1 },
};
const registry = { runs: async () => [earlierRun], machines: async () => [] };
const today = { model: 'm', run: 'm-r2', stage: 'boosted', metric: 'auc' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-prior-'));
  store = filesystemStore(folder);
  await store.put(sweepKey(yesterday), Buffer.from(JSON.stringify(yesterday)));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('the prior of a sweep', () => {
  it('lies in the object store, is asked by the first trials, and ends in the record, from where a sweep goes on with it', async () => {
    const records = createSweepRecordActivities({ registry, store, now: () => new Date(0) });
    const { prior, parameters } = await records.earlierTrials({ ...today, space, champion: null });
    expect(parameters).toEqual([yesterday.trials.find(({ trial }) => trial === yesterday.best)?.parameters]);

    const { suggestTrial } = createSweepActivities({ store });
    const asked = { space, metric: 'auc', observations: [], running: [], seed, trialNumber: 0, warmStart: null };
    const suggested = await suggestTrial({ ...asked, prior });
    expect(suggested).not.toEqual(await suggestTrial(asked));
    // A sweep whose activity was recorded before there were priors goes on.
    expect(await suggestTrial({ ...asked, prior: null })).toEqual(await suggestTrial(asked));

    const { key } = await records.keepSweep({ parts: [], prior, record: { ...yesterday, run: 'm-r2', winner } });
    const kept = JSON.parse(Buffer.from(await store.get(key)).toString()) as SweepRecord;
    expect(kept.prior?.trials.length).toBeGreaterThan(30);

    const continued = {
      ...today,
      run: 'm-r3',
      continues: 'm-r2',
      seed,
      space,
      snapshot: 'data',
      budget: { trials: 50 },
    };
    const goesOn = await takenUp(store, continued);
    expect(await suggestTrial({ ...asked, prior: goesOn.prior })).toEqual(suggested);
  });
});

const winner: TrainResult = {
  ...{ artifact: 'a', artifactDigest: 'd', classes: [], parameters: {}, seed: 11, snapshot: 'data', metrics: {} },
  ...{ environment: {}, device: 'cpu', seconds: 1 },
};
