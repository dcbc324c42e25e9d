import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ContinuedSweep, takenUp } from '../../../activities/sweep-continued.ts';
import { createSweepRecordActivities } from '../../../activities/sweep-records.ts';
import { filesystemStore } from '../../../src/artifacts/filesystem/store.ts';
import type { ObjectStore } from '../../../src/artifacts/object-store.ts';
import { sweepKey, tookMs } from '../../../src/sweep/record.ts';
import type { TrainResult } from '../../../src/training/request.ts';
import { recordedSweep } from '../sweep/recorded-sweep.ts';

let folder: string;
let store: ObjectStore;
const record = recordedSweep('tpe');
const winner: TrainResult = {
  ...{ artifact: 'a', artifactDigest: 'd', classes: [], parameters: {}, seed: 11, snapshot: 'data', metrics: {} },
  ...{ environment: {}, device: 'cpu', seconds: 1 },
};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-continued-'));
  store = filesystemStore(folder);
  await store.put(sweepKey(record), Buffer.from(JSON.stringify({ ...record, winner })));
  const lost = { ...record, run: 'm-r0', winner: null };
  await store.put(sweepKey(lost), Buffer.from(JSON.stringify(lost)));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const none = { runs: async () => [], machines: async () => [] };
const asked: ContinuedSweep = {
  ...{ model: 'm', run: 'm-r2', stage: 'boosted', continues: 'm-r1', metric: 'auc', seed: 11 },
  ...{ space: record.space, snapshot: 'data', budget: { trials: 50 } },
};

describe('taking up a sweep that has ended', () => {
  it('takes over all trials under their numbers, and leaves the old record as it is', async () => {
    const { next, tally, parts, inParts, best } = await takenUp(store, asked);
    expect([next, inParts, best]).toEqual([44, 40, winner]);
    expect(tally).toMatchObject({ finished: 40, best: { trial: record.best } });
    expect(JSON.parse(Buffer.from(await store.get(parts[0] ?? '')).toString())).toEqual(record.trials);
    expect(await store.has(sweepKey(record))).toBe(true);
  });

  it('counts the time of the sweep that it has taken over, and of those that this one had', async () => {
    const { earlierMs } = await takenUp(store, asked);
    expect(earlierMs).toBe(tookMs(record));
    const times = { startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:00:06.000Z' };
    const second = { ...record, winner, run: 'm-r4', ...times, earlierMs };
    await store.put(sweepKey(second), Buffer.from(JSON.stringify(second)));
    expect(await takenUp(store, { ...asked, continues: 'm-r4' })).toMatchObject({ earlierMs: 6_000 + tookMs(record) });
  });

  it('keeps the sweep once, also when the worker is killed after that and asked again', async () => {
    const { parts } = await takenUp(store, { ...asked, run: 'm-r3' });
    const { keepSweep } = createSweepRecordActivities({ registry: none, store, now: () => new Date(0) });
    const again = { parts, record: { ...record, run: 'm-r3', trials: [] } };
    const { key } = await keepSweep(again);
    const kept = await store.get(key);
    expect(await keepSweep(again)).toEqual({ key });
    expect(Buffer.from(await store.get(key))).toEqual(Buffer.from(kept));
    expect(JSON.parse(Buffer.from(kept).toString()).trials).toHaveLength(40);
  });

  it.each<[string, Partial<ContinuedSweep>, RegExp]>([
    ['its data was other data', { snapshot: 'newer' }, /its data was data, and is newer now/],
    ['its space has changed', { space: { eta: { float: [0.1, 0.3], log: true } } }, /of its 40 trials lie outside/],
    ['its metric was another', { metric: 'logLoss' }, /it was about auc, and this one is about logLoss/],
    ['its seed was another', { seed: 12 }, /its seed was 11, and is 12 now/],
    ['nothing came of it', { continues: 'm-r0' }, /none of its trials came to its end/],
    ['there is none', { continues: 'm-r7' }, /it left no record/],
  ])('says why it cannot where %s', async (_, change, message) => {
    const taking = takenUp(store, { ...asked, ...change });
    await expect(taking).rejects.toMatchObject({ code: 'PRN-SWEEP-004', message });
  });
});
