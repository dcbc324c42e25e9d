import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heldBackDays } from '../../../activities/check-feedback.ts';
import { filesystemStore } from '../../../src/artifacts/filesystem/store.ts';
import type { ObjectStore } from '../../../src/artifacts/object-store.ts';
import { duckdbObserver } from '../../../src/rollout/duckdb/observe.ts';
import type { TrafficObserver } from '../../../src/rollout/observed.ts';

let folder: string;
let store: ObjectStore;
let observer: TrafficObserver;
let asked: string[];

const file = { model: 'm', task: 'binary-classification', data: { label: { maturesAfter: '2d' } } } as const;
const learnedUntil = '2026-03-01T00:00:00.000Z';

/** Ten answers on each of six days, one of them held back; their labels come a day later, but one in ten only after three. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-feedback-'));
  store = filesystemStore(folder);
  observer = duckdbObserver({ store, now: () => new Date('2026-03-20T00:00:00.000Z') });
  for (let day = 1; day <= 6; day += 1) {
    const at = (offset: number) => `2026-03-0${day + offset}T10:00:00.000Z`;
    const write = async (prefix: string, instant: string, lines: readonly object[]) =>
      await store.put(
        `${prefix}/m/${instant.slice(0, 10)}/g-${day}-${lines.length}.ndjson`,
        Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
      );
    const answers = Array.from({ length: 10 }, (_, index) => ({
      ...{ at: at(0), id: `d${day}-${index}`, role: 'stable', ok: true, score: 0.1, prediction: '0' },
      ...(index === 0 ? { holdback: true } : {}),
    }));
    await write('requests', at(0), answers);
    const labels = answers.map(({ id }, index) => ({ at: at(index === 9 ? 3 : 1), id, label: index % 2 ? '1' : '0' }));
    await write('labels', at(1), labels.slice(0, 9));
    await write('labels', at(3), labels.slice(9));
  }
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const counted = {
  heldBackOn: (request: Parameters<TrafficObserver['heldBackOn']>[0]) => {
    asked.push(request.day);
    return observer.heldBackOn(request);
  },
};
const look = async (asOf: string, periodDays = 100) => {
  asked = [];
  return await heldBackDays({ store, heldBack: counted }, { file, learnedUntil, asOf, periodDays });
};

describe('days whose answers were held back in part', () => {
  it('count once their labels are final, without those that came too late', async () => {
    const days = await look('2026-03-05T06:00:00.000Z');
    expect(days.map(({ day }) => day)).toEqual(['2026-03-01', '2026-03-02']);
    expect(days[0]?.counts).toEqual({
      kind: 'classes',
      classes: [
        { label: '0', rest: 4, holdback: 1 },
        { label: '1', rest: 4, holdback: 0 },
      ],
    });
  });

  it('are read from the log once', async () => {
    const days = await look('2026-03-06T06:00:00.000Z');
    expect(days).toHaveLength(3);
    expect(asked).toEqual(['2026-03-03']);
  });

  it('begin anew with every period, and not before the champion has learnt', async () => {
    expect((await look('2026-03-08T06:00:00.000Z', 4)).map(({ day }) => day)).toEqual(['2026-03-05']);
    expect(await look('2026-03-02T06:00:00.000Z')).toEqual([]);
  });
});
