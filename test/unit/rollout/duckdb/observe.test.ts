import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesystemStore } from '../../../../src/artifacts/filesystem/store.ts';
import type { ObjectStore } from '../../../../src/artifacts/object-store.ts';
import { duckdbObserver } from '../../../../src/rollout/duckdb/observe.ts';
import { compareHoldback } from '../../../../src/rollout/holdback.ts';
import type { TrafficObserver } from '../../../../src/rollout/observed.ts';

let folder: string;
let store: ObjectStore;
let observer: TrafficObserver;
const task = 'binary-classification';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-observe-'));
  store = filesystemStore(folder);
  observer = duckdbObserver({ store, now: () => new Date('2026-03-02T12:00:00.000Z') });
  // Two hours, a request each 36 s: one in ten fails, every fourth answer is positive, every fifth is held back.
  const lines = Array.from({ length: 201 }, (_, index) => {
    const at = new Date(Date.parse('2026-03-02T09:00:00.000Z') + index * 36_000).toISOString();
    const ok = index % 10 !== 0;
    const score = index % 4 === 0 ? 0.8 : 0.1;
    const held = index % 5 === 0 ? { holdback: true } : {};
    const answer = { ok, latencyMs: 1, score: ok ? score : null, prediction: score > 0.5 ? '1' : '0', ...held };
    return JSON.stringify({ at, id: `r${index}`, role: index === 7 ? 'shadow' : 'stable', ...answer });
  });
  await store.put('requests/m/2026-03-02/g-1.ndjson', Buffer.from(`${lines.join('\n')}\n`));
  const labels = Array.from({ length: 101 }, (_, index) => {
    const at = new Date(Date.parse('2026-03-02T09:30:00.000Z') + index * 36_000).toISOString();
    return JSON.stringify({ at, id: `r${index}`, label: index % 8 === 0 ? '1' : '0' });
  });
  await store.put('labels/m/2026-03-02/g-2.ndjson', Buffer.from(`${labels.join('\n')}\n`));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('what a champion has answered lately', () => {
  it('is read from the log: how much, how well, how fast, and when labels come', async () => {
    const seen = await observer.observe({ model: 'm', hours: 24, positive: '1' });
    expect(seen).toMatchObject({ requests: 200, hours: 2, requestsPerHour: 100, labelAfterMs: 1_800_000 });
    expect(seen?.behaviour.error).toBeCloseTo(0.105, 12);
    expect(seen?.behaviour.positive).toBeCloseTo(40 / 179, 12);
    // Answers of one labelled half: positive for every fourth, true for every eighth.
    expect(seen?.labelled).toBeCloseTo(89 / 179, 12);
    expect(seen?.behaviour).toMatchObject({ falseNegative: 0, logLatency: { sd: 0 } });
    expect(seen?.behaviour.wrong).toBe(seen?.behaviour.falsePositive);
  });

  it('is nothing where nothing is logged', async () => {
    expect(await observer.observe({ model: 'silent', hours: 24, positive: '1' })).toBeNull();
    expect(compareHoldback(await observer.heldBack({ model: 'silent', days: 2, task }))).toBeNull();
  });

  it('tells labels of held-back answers apart, of classes and of numbers', async () => {
    const classes = await observer.heldBack({ model: 'm', days: 2, task });
    expect(classes).toMatchObject({ kind: 'classes', classes: [{ label: '0' }, { label: '1' }] });
    const report = compareHoldback(classes);
    expect(report?.labelled).toEqual({ rest: 79, holdback: 10 });
    expect(report?.verdict).toBe('too-few');
    const numbers = await observer.heldBack({ model: 'm', days: 2, task: 'regression' });
    expect(numbers).toMatchObject({ kind: 'numbers', holdback: { n: 10 }, rest: { n: 79 } });
  });
});
