import { describe, expect, test } from 'vitest';
import { duckdbTrainServe } from '../../../src/quality/duckdb/train-serve.ts';
import { labelIdFindings, skewFindings } from '../../../src/quality/train-serve.ts';
import { tripsModel, workspace, writeSource } from '../dataset/duckdb/workspace.ts';

type Features = Record<string, number | string | null>;

/** A source of 20 days, and a log of what was served of its first 200 trips: `serve` changes what was sent. */
async function served(serve: (features: Features, index: number) => Features | null, from = 0) {
  const { folder, store, datasets } = await workspace();
  await writeSource(`${folder}/source`);
  const window = { from: '2024-03-01T00:00:00.000Z', to: '2024-03-21T00:00:00.000Z' };
  const { table } = await datasets.readWindow({ file: tripsModel(), base: folder, window, asOf: window.to });
  const lines = Array.from({ length: 200 }, (_, at) => {
    const index = at + from;
    const features = Object.fromEntries(
      ['wind', 'hour', 'carrier'].map((name) => [name, table.columns[name]?.[index] ?? null]),
    );
    const id = table.columns.trip?.[index] ?? `unknown-${index}`;
    return JSON.stringify({
      at: `2024-03-05T00:00:00.${String(at).padStart(3, '0')}Z`,
      id,
      role: 'stable',
      features: serve(features, index),
    });
  });
  await store.put('requests/trips/2024-03-05/gateway-1.ndjson', Buffer.from(`${lines.join('\n')}\n`));
  const trainServe = duckdbTrainServe({ store, tempFolder: `${folder}/temp`, memoryLimit: '512MB', threads: 2 });
  return trainServe.compare({ file: tripsModel(), base: folder, source: window, requests: window });
}

describe('train/serve skew', () => {
  test('is none where the gateway was sent what the source holds, nulls and 32-bit numbers too', async () => {
    const tally = await served((features) => ({
      ...features,
      wind: features.wind === null ? null : Math.fround(Number(features.wind)),
    }));
    expect(tally).toMatchObject({ logged: 200, matched: 200 });
    expect(tally.columns.carrier).toMatchObject({ compared: 200, differ: 0, missingServed: 0, missingSource: 0 });
    expect(skewFindings(tally)).toEqual([]);
  });

  test('names the feature, its share and examples', async () => {
    const tally = await served((features, index) =>
      index % 2 ? { ...features, hour: Number(features.hour) + 1 } : features,
    );
    const found = skewFindings(tally);
    expect(found).toMatchObject([{ code: 'train-serve-skew', column: 'hour', severity: 'critical', size: 0.5 }]);
    expect(found[0]?.says).toContain('trip-00001: 2.0 served, 1.0 in the source');
  });

  test('tells nulls apart from other values', async () => {
    const tally = await served((features, index) => (index % 10 ? features : { ...features, carrier: null }));
    const [found] = skewFindings(tally);
    expect(found).toMatchObject({ column: 'carrier', severity: 'warning' });
    expect(found?.says).toMatch(/^differs in 18 of 200 rows \(9 %\).*18 null when served/);
  });

  test('does not compare what a request left out', async () => {
    const tally = await served(({ wind, hour }) => ({ wind: wind ?? null, hour: hour ?? null }));
    expect(tally.columns.carrier).toMatchObject({ compared: 0, differ: 0 });
    expect(skewFindings(tally)).toEqual([]);
  });

  test('leaves mirrored requests out, which carry no features', async () => {
    expect(await served(() => null)).toMatchObject({ logged: 0, matched: 0 });
  });

  test('says so when most ids are strangers to the source', async () => {
    const found = skewFindings(await served((features) => features, 400));
    expect(found).toMatchObject([{ column: null, severity: 'info', size: 0.6 }]);
  });

  test('is nothing without a request log', async () => {
    const { folder, store } = await workspace();
    const window = { from: '2024-03-01T00:00:00.000Z', to: '2024-03-03T00:00:00.000Z' };
    const trainServe = duckdbTrainServe({ store, tempFolder: `${folder}/temp` });
    const tally = await trainServe.compare({ file: tripsModel(), base: folder, source: window, requests: window });
    expect(tally).toEqual({ logged: 0, matched: 0, columns: {} });
  });
});

describe('labels of ids that nobody has asked for', () => {
  async function labelled(ids: (index: number) => string) {
    const { folder, store } = await workspace();
    const put = (log: string, day: string, name: (index: number) => string) =>
      store.put(
        `${log}/trips/${day}/gateway-1.ndjson`,
        Buffer.from(
          Array.from(
            { length: 100 },
            (_, at) => `${JSON.stringify({ at: `${day}T01:00:00.000Z`, id: name(at), label: '1' })}\n`,
          ).join(''),
        ),
      );
    // Labels are final a day after their requests, which may lie before the window.
    await put('requests', '2024-03-04', (at) => `trip-${at}`);
    await put('labels', '2024-03-05', ids);
    const trainServe = duckdbTrainServe({ store, tempFolder: `${folder}/temp`, threads: 1 });
    const window = { from: '2024-03-05T00:00:00.000Z', to: '2024-03-06T00:00:00.000Z' };
    return labelIdFindings(await trainServe.labelIds({ file: tripsModel(), window }));
  }

  test('are a warning where they are most, an info where they are some, and nothing where they are a handful', async () => {
    const [found] = await labelled((at) => `TRIP-${at}`);
    expect(found).toMatchObject({ code: 'unknown-label-ids', severity: 'warning', size: 1 });
    expect(found?.says).toMatch(/^100 of 100 labels .* since 2024-03-04, such as "TRIP-0"$/);
    expect(await labelled((at) => (at < 20 ? `x-${at}` : `trip-${at}`))).toMatchObject([
      { severity: 'info', size: 0.2 },
    ]);
    expect(await labelled((at) => (at < 3 ? `x-${at}` : `trip-${at}`))).toEqual([]);
  });
});
