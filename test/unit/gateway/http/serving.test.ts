import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningGateway } from '../../../../src/gateway/http/start-gateway.ts';
import { type Bench, bench, call, goodScore, model, predict, row, signature, until } from './harness.ts';

let on: Bench;
let gateway: RunningGateway;

beforeEach(async () => {
  on = await bench({ 1: 'good', 2: 'throws' });
  gateway = await on.start();
});
afterEach(() => on.clean());

function messageOf(body: Record<string, unknown>): string {
  return (body.error as { message: string }).message;
}

describe('POST /v1/models/{model}/predict', () => {
  it('answers what the model computes, and says which version answered', async () => {
    const features = { a: 0.5, b: 1.25, c: 'blue' };
    const { status, headers, body } = await predict(gateway, { id: 'q1', features });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: 'q1', model, version: 1, role: 'stable', prediction: 'yes' });
    expect(body.probability).toBeCloseTo(goodScore(features), 6);
    expect(headers.get('x-perennial-version')).toBe('1');
    expect(headers.get('x-perennial-role')).toBe('stable');
    expect(headers.get('x-perennial-weight')).toBe('0');
    expect(headers.get('x-perennial-fallback')).toBeNull();
  });

  it('takes null as a missing value', async () => {
    const { body } = await predict(gateway, { features: { a: null, b: null, c: null } });
    expect(body.probability).toBeCloseTo(0.5, 6);
  });

  it('answers many rows in their order', async () => {
    const rows = Array.from({ length: 150 }, (_, index) => ({
      id: `q${index}`,
      features: { a: index / 100, b: 0, c: 'green' },
    }));
    const { body } = await predict(gateway, { rows });
    const answers = body.rows as { id: string; probability: number }[];
    expect(answers.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    for (const [index, { features }] of rows.entries()) {
      expect(answers[index]?.probability).toBeCloseTo(goodScore(features), 5);
    }
  });

  it('answers concurrent requests each with its own row', async () => {
    const asked = Array.from({ length: 200 }, (_, index) => ({ a: index / 50 - 2, b: 0, c: 'red' }));
    const answers = await Promise.all(asked.map((features) => predict(gateway, { features })));
    answers.forEach(({ body }, index) => {
      expect(body.probability).toBeCloseTo(goodScore(asked[index] ?? row), 5);
    });
  });

  it('uses x-request-id when the body names no id, and makes one when there is neither', async () => {
    expect((await predict(gateway, { features: row }, { 'x-request-id': 'h1' })).body.id).toBe('h1');
    const many = await predict(gateway, { rows: [{ features: row }, { features: row }] }, { 'x-request-id': 'h2' });
    expect((many.body.rows as { id: string }[]).map(({ id }) => id)).toEqual(['h2/0', 'h2/1']);
    const [first, second] = [await predict(gateway, { features: row }), await predict(gateway, { features: row })];
    expect(first.body.id).not.toBe(second.body.id);
  });

  it('names row and column of every mistake, and what was expected', async () => {
    const rows = [
      { features: row },
      { features: { a: 'warm', b: 0, c: 'red' } },
      { features: { a: 0, c: 'red', d: 1 } },
    ];
    const { status, body } = await predict(gateway, { rows });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'PRN-GATEWAY-002', details: { problemCount: 3 } });
    expect(messageOf(body)).toContain('row 1, column "a": expected a number or null, got string "warm"');
    expect(messageOf(body)).toContain('row 2, column "b": expected a number or null, got nothing');
    expect(messageOf(body)).toContain('row 2, column "d": expected one of a, b, c');
  });

  it.each([
    ['{"features": NaN}', 400, 'PRN-GATEWAY-001'],
    ['', 400, 'PRN-GATEWAY-001'],
    [`{"features": {"a": "${'x'.repeat(9_000_000)}"}}`, 413, 'PRN-GATEWAY-017'],
  ])('refuses a body that is no request (%#)', async (text, status, code) => {
    const answer = await call(`${gateway.url}/v1/models/${model}/predict`, text);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject({ code });
  });

  it('takes JSON whatever its content type says', async () => {
    const text = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await predict(gateway, { features: row }, text)).status).toBe(200);
  });

  it('says 404 for a model and a path that it does not know', async () => {
    expect((await call(`${gateway.url}/v1/models/shapes/predict`, { features: row })).status).toBe(404);
    expect((await call(`${gateway.url}/v3`)).status).toBe(404);
  });

  it('lets a bad row fail only itself', async () => {
    on.registry.move({ stable: 2 });
    await until(
      () => predict(gateway, { features: row }),
      ({ body }) => body.version === 2,
    );
    const [good, bad, also] = await Promise.all([0, 200, 1].map((b) => predict(gateway, { features: { ...row, b } })));
    expect(good?.status).toBe(200);
    expect(also?.status).toBe(200);
    expect(bad?.status).toBe(500);
    expect(messageOf(bad?.body ?? {})).toContain('out of data bounds');
    const many = await predict(gateway, { rows: [{ features: row }, { features: { ...row, b: 200 } }] });
    expect(many.status).toBe(200);
    expect(many.body.rows).toMatchObject([{ prediction: 'yes' }, { error: { code: 'PRN-GATEWAY-008' } }]);
  });

  it('says 503 with the reason while there is no stable version, and answers once there is one', async () => {
    const empty = await bench({ 1: 'good' });
    empty.registry.move({ stable: null });
    const waiting = await empty.start();
    const answer = await predict(waiting, { features: row });
    expect(answer.status).toBe(503);
    expect(answer.body.error).toMatchObject({ code: 'PRN-GATEWAY-004' });
    expect(messageOf(answer.body)).toContain('no version is stable yet');
    expect((await call(`${waiting.url}/readyz`)).status).toBe(200);
    empty.registry.move({ stable: 1 });
    await until(
      () => predict(waiting, { features: row }),
      ({ status }) => status === 200,
    );
    await empty.clean();
  });

  it('says why a model file cannot be served', async () => {
    const wrong = await bench({});
    wrong.registry.add(1, 'good', { ...signature, features: [{ name: 'a', type: 'categorical' }] });
    const stuck = await wrong.start();
    const answer = await predict(stuck, { features: { a: 'x' } });
    expect(answer.status).toBe(503);
    expect(messageOf(answer.body)).toContain('input "a" is float32, but categorical needs string');
    expect(messageOf(answer.body)).toContain('input "b" is not a feature');
    expect((await call(`${stuck.url}/readyz`)).status).toBe(503);
    await wrong.clean();
  });
});

describe('the Open Inference Protocol', () => {
  const inputs = [
    { name: 'a', datatype: 'FP64', shape: [2, 1], data: [0.5, null] },
    { name: 'b', datatype: 'INT64', shape: [2], data: [1, 0] },
    { name: 'c', datatype: 'BYTES', shape: [2, 1], data: ['blue', 'red'] },
  ];

  it('answers probabilities and labels', async () => {
    const { status, body } = await call(`${gateway.url}/v2/models/${model}/infer`, { id: 'q', inputs });
    expect(status).toBe(200);
    expect(body).toMatchObject({ model_name: model, model_version: '1', id: 'q' });
    const [probabilities, labels] = body.outputs as { shape: number[]; data: number[] }[];
    expect(probabilities?.shape).toEqual([2, 2]);
    expect(probabilities?.data[1]).toBeCloseTo(goodScore({ a: 0.5, b: 1, c: 'blue' }), 6);
    expect(labels?.data).toEqual(['yes', 'yes']);
  });

  it('says in one string what does not fit', async () => {
    const { status, body } = await call(`${gateway.url}/v2/models/${model}/infer`, { inputs: inputs.slice(1) });
    expect(status).toBe(400);
    expect(body.error).toContain('column "a"');
  });

  it('tells health and metadata', async () => {
    expect((await call(`${gateway.url}/v2/health/live`)).status).toBe(200);
    expect((await call(`${gateway.url}/v2/health/ready`)).status).toBe(200);
    expect((await call(`${gateway.url}/v2/models/${model}/ready`)).status).toBe(200);
    expect((await call(`${gateway.url}/v2/models/shapes/ready`)).status).toBe(404);
    const { body } = await call(`${gateway.url}/v2/models/${model}`);
    expect(body).toMatchObject({ name: model, versions: ['1'], inputs: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] });
  });
});

describe('GET /metrics', () => {
  it('counts answers by version and role', async () => {
    await predict(gateway, { features: row });
    const { body } = await call(`${gateway.url}/metrics`);
    expect(body.text).toContain(
      'perennial_gateway_answers_total{model="colours",version="1",role="stable",ok="true"} 1',
    );
  });
});
