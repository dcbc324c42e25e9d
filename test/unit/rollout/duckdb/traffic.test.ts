import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesystemStore } from '../../../../src/artifacts/filesystem/store.ts';
import type { ObjectStore } from '../../../../src/artifacts/object-store.ts';
import { duckdbTraffic } from '../../../../src/rollout/duckdb/traffic.ts';
import { noTraffic } from '../../../../src/rollout/no-traffic.ts';
import type { TallyRequest, Traffic } from '../../../../src/rollout/traffic.ts';

let folder: string;
let store: ObjectStore;
const now = () => new Date('2026-03-02T12:00:00.000Z');
const request: TallyRequest = {
  model: 'm',
  rollout: 'm-v2-a',
  version: 2,
  since: '2026-03-01T22:00:00.000Z',
  task: 'binary-classification',
  possible: [0, 1],
  positive: '1',
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-traffic-'));
  store = filesystemStore(folder);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Line {
  readonly id: string;
  readonly role: 'stable' | 'canary' | 'shadow' | 'adhoc';
  readonly at?: string;
  readonly version?: number;
  readonly share?: number;
  readonly ok?: boolean;
  readonly score?: number;
  readonly prediction?: string;
  readonly latencyMs?: number;
  readonly rollout?: string | null;
}

let segments = 0;

async function log(lines: readonly Line[], day = '2026-03-02', model = 'm'): Promise<void> {
  const text = lines.map((line) => {
    const version = line.version ?? (line.role === 'stable' ? 1 : 2);
    const score = line.score ?? 0.3;
    const usual = { at: `${day}T10:00:00.000Z`, share: 0.5, ok: true, latencyMs: 2, rollout: 'm-v2-a', error: null };
    return JSON.stringify({ ...usual, version, score, prediction: score > 0.5 ? '1' : '0', ...line, model });
  });
  segments += 1;
  await store.put(`requests/${model}/${day}/g-${segments}.ndjson`, Buffer.from(`${text.join('\n')}\n`));
}

async function label(labels: Readonly<Record<string, string>>, at = '2026-03-02T11:00:00.000Z'): Promise<void> {
  segments += 1;
  const text = Object.entries(labels).map(([id, value]) => JSON.stringify({ at, id, model: 'm', label: value }));
  await store.put(`labels/m/2026-03-02/g-${segments}.ndjson`, Buffer.from(`${text.join('\n')}\n`));
}

/** What two looks found, of one that remembers and of one that begins anew. */
async function bothLooks(traffic: Traffic) {
  const remembered = await traffic.tally(request);
  expect(remembered).toEqual(await duckdbTraffic({ store, now }).tally(request));
  return remembered;
}

describe('counting the traffic of a rollout', () => {
  it('takes only what is new at each look, and tells the same as counting all of it again', async () => {
    const traffic = duckdbTraffic({ store, now });
    expect(await traffic.tally(request)).toEqual(noTraffic);
    await log([
      { id: 'a', role: 'stable', score: 0.9 },
      { id: 'b', role: 'canary', score: 0.2 },
      { id: 'c', role: 'canary', ok: false },
      { id: 'd', role: 'adhoc' },
      { id: 'e', role: 'canary', rollout: 'another' },
      { id: 'f', role: 'stable', rollout: null },
    ]);
    const first = await bothLooks(traffic);
    expect(first.strata).toMatchObject([
      { share: 0.5, stable: { requests: 1, predictedPositive: 1, labelled: 0 }, canary: { requests: 2, errors: 1 } },
    ]);
    await log([{ id: 'g', role: 'canary', score: 0.8, at: '2026-03-02T10:30:00.000Z' }]);
    await label({ a: '1', b: '1', c: '1', g: '0', unknown: '1' });
    const second = await bothLooks(traffic);
    expect(second.strata[0]?.stable).toMatchObject({ requests: 1, labelled: 1, wrong: 0, truePositive: 1 });
    expect(second.strata[0]?.canary).toMatchObject({
      ...{ requests: 3, errors: 1, labelled: 2, wrong: 2, falseNegative: 1, falsePositive: 1, truePositive: 0 },
      score: { n: 2, mean: 0.5 },
    });
    expect([second.newestAt, second.newestLabelAt]).toEqual(['2026-03-02T10:30:00.000Z', '2026-03-02T11:00:00.000Z']);
  });

  it('passes over a line that is no JSON: whoever gets one into the log must not keep a rollout from being watched', async () => {
    const model = 'poisoned';
    await log([{ id: 'a', role: 'canary' }], '2026-03-02', model);
    const given = '{"at":"2026-03-02T11:00:00Z","id":"a","label":"1"}';
    await store.put(`requests/${model}/2026-03-02/poison.ndjson`, Buffer.from('{"id":"\\ud83d"}\n{"id":\n'));
    await store.put(`labels/${model}/2026-03-02/poison.ndjson`, Buffer.from(`{"id":"\\ud83d"}\n${given}\n`));
    const { strata } = await duckdbTraffic({ store, now }).tally({ ...request, model });
    expect(strata[0]?.canary).toMatchObject({ requests: 1, labelled: 1 });
  });

  it('takes for positive what was answered as the last class, whatever the probability: each version has its threshold', async () => {
    const model = 'thresholds';
    const answers = [
      { id: 'p1', role: 'stable', score: 0.3, prediction: '1' },
      { id: 'p1', role: 'shadow', score: 0.6, prediction: '0' },
      { id: 'p2', role: 'canary', score: 0.3, prediction: '1' },
      { id: 'p3', role: 'canary', score: 0.6, prediction: '0' },
    ] as const;
    await log(answers, '2026-03-02', model);
    const labels = ['p1', 'p2', 'p3'].map((id) => JSON.stringify({ at: '2026-03-02T11:00:00Z', id, label: '1' }));
    await store.put(`labels/${model}/2026-03-02/g.ndjson`, Buffer.from(labels.join('\n')));
    const { strata, shadow } = await duckdbTraffic({ store, now }).tally({ ...request, model });
    expect(strata[0]?.stable).toMatchObject({ predictedPositive: 1, truePositive: 1, wrong: 0 });
    expect(strata[0]?.canary).toMatchObject({ predictedPositive: 1, truePositive: 1, falseNegative: 1, wrong: 1 });
    expect(shadow).toMatchObject({ onlyShadowWrong: 1, falseNegative: { onlyShadow: 1, onlyStable: 0, both: 0 } });
  });

  it('counts a request once that was logged twice, and believes the latest label', async () => {
    const traffic = duckdbTraffic({ store, now });
    const { strata } = await traffic.tally(request);
    await log([{ id: 'b', role: 'canary', score: 0.2 }]);
    await label({ b: '0' }, '2026-03-02T11:30:00.000Z');
    const again = await bothLooks(traffic);
    expect(again.strata[0]?.canary.requests).toBe(strata[0]?.canary.requests);
    expect(again.strata[0]?.canary).toMatchObject({ labelled: 2, wrong: 1, falseNegative: 0 });
  });

  it('pairs copies with what was answered: the old version answers in a shadow, the new one in a bake', async () => {
    const traffic = duckdbTraffic({ store, now });
    await log([
      { id: 's1', role: 'stable', share: 0, score: 0.9, latencyMs: 2 },
      { id: 's1', role: 'shadow', share: 0, score: 0.2, latencyMs: 4 },
      { id: 's2', role: 'stable', share: 0, ok: false },
      { id: 's2', role: 'shadow', share: 0, score: 7 },
      { id: 'k1', role: 'stable', share: 0, version: 2, score: 0.9 },
      { id: 'k1', role: 'shadow', share: 0, version: 1, score: 0.1 },
    ]);
    await label({ s1: '1', k1: '0' });
    const { shadow, bake } = await bothLooks(traffic);
    expect(shadow).toMatchObject({
      ...{ pairs: 2, stableErrors: 1, shadowErrors: 0, labelled: 1, onlyShadowWrong: 1, onlyStableWrong: 0 },
      ...{ positive: { onlyStable: 1, onlyShadow: 1, both: 0 }, outOfRange: { onlyStable: 0, onlyShadow: 1, both: 0 } },
      ...{ falseNegative: { onlyStable: 0, onlyShadow: 1, both: 0 }, stableTruePositive: 1 },
    });
    expect(shadow.logLatencyRatio).toMatchObject({ n: 1 });
    expect(shadow.logLatencyRatio.mean).toBeCloseTo(Math.log(5 / 3), 12);
    expect(bake).toMatchObject({ pairs: 1, labelled: 1, onlyShadowWrong: 1, onlyStableWrong: 0 });
  });

  it('calls slow what is slower than the p95 of the first 500 answers, and only what came after these', async () => {
    const model = 'slow';
    const at = (index: number) => new Date(Date.parse('2026-03-02T10:00:00.000Z') + index).toISOString();
    const early = Array.from({ length: 500 }, (_, index) => ({
      id: `w${index}`,
      role: 'stable' as const,
      at: at(index),
      latencyMs: 1 + (index % 100) / 100,
    }));
    await log(early, '2026-03-02', model);
    const traffic = duckdbTraffic({ store, now });
    const asked = { ...request, model };
    expect((await traffic.tally(asked)).strata[0]?.stable.slow).toBe(0);
    const late = at(1_000);
    await log(
      [
        { id: 'x', role: 'canary', at: late, latencyMs: 1.97 },
        { id: 'y', role: 'canary', at: late, latencyMs: 1.5 },
        { id: 'z', role: 'stable', at: late, latencyMs: 9 },
      ],
      '2026-03-02',
      model,
    );
    const { strata } = await traffic.tally(asked);
    expect([strata[0]?.stable.slow, strata[0]?.canary.slow]).toEqual([1, 1]);
  });

  it('measures errors of numbers, however labels are written', async () => {
    const model = 'numbers';
    await log(
      [
        { id: 'n1', role: 'canary', score: 12 },
        { id: 'n2', role: 'stable', score: 10 },
      ],
      '2026-03-02',
      model,
    );
    await store.put(
      `labels/${model}/2026-03-02/g.ndjson`,
      Buffer.from(`${JSON.stringify({ at: '2026-03-02T11:00:00Z', id: 'n1', label: 9.5 })}\n`),
    );
    const { strata } = await duckdbTraffic({ store, now }).tally({
      ...request,
      model,
      task: 'regression',
      possible: null,
    });
    expect(strata[0]?.canary).toMatchObject({ absoluteError: { n: 1, mean: 2.5 }, outOfRange: 0 });
  });
});
