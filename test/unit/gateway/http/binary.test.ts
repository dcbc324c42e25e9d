import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/evaluation/random.ts';
import { decodeTensor, encodeTensor } from '../../../../src/gateway/binary-tensor.ts';
import type { RunningGateway } from '../../../../src/gateway/http/start-gateway.ts';
import { type Bench, bench, goodScore, model } from './harness.ts';

let on: Bench;
let gateway: RunningGateway;
beforeAll(async () => {
  on = await bench({ 1: 'good' });
  gateway = await on.start({ limits: { rows: 50 } });
});
afterAll(() => on.clean());

const lengthHeader = 'inference-header-content-length';

async function infer(body: Uint8Array<ArrayBuffer>, length: string | null): Promise<Response> {
  const headers: Record<string, string> = { 'content-type': 'application/octet-stream' };
  if (length !== null) headers[lengthHeader] = length;
  return await fetch(`${gateway.url}/v2/models/${model}/infer`, { method: 'POST', body, headers });
}

/** Rows as tritonclient sends them: every input as bytes. */
function packed(rows: readonly { a: number; b: number; c: string }[], rest: object = {}) {
  const tensors = [
    ['a', 'FP32', rows.map(({ a }) => a)],
    ['b', 'FP32', rows.map(({ b }) => b)],
    ['c', 'BYTES', rows.map(({ c }) => c)],
  ] as const;
  const parts = tensors.map(([name, datatype, data]) => ({ name, datatype, raw: encodeTensor(datatype, data) }));
  const inputs = parts.map(({ name, datatype, raw }) => ({
    ...{ name, datatype, shape: [rows.length, 1] },
    parameters: { binary_data_size: raw.length },
  }));
  const json = Buffer.from(JSON.stringify({ inputs, ...rest }));
  return { json, body: Buffer.concat([json, ...parts.map(({ raw }) => raw)]) };
}

const rows = [
  { a: 0.5, b: 1.25, c: 'blue' },
  { a: -1, b: 0, c: 'red' },
];

describe('tensors as bytes over HTTP', () => {
  it('are answered as bytes where that is asked for, and log the same rows', async () => {
    const { json, body } = packed(rows, { id: 'q', parameters: { binary_data_output: true } });
    const response = await infer(body, String(json.length));
    expect(response.status).toBe(200);
    const whole = new Uint8Array(await response.arrayBuffer());
    const length = Number(response.headers.get(lengthHeader));
    const answer = JSON.parse(Buffer.from(whole.subarray(0, length)).toString());
    expect(answer).toMatchObject({
      id: 'q',
      outputs: [
        { name: 'probabilities', datatype: 'FP32', shape: [2, 2], parameters: { binary_data_size: 16 } },
        { name: 'label', datatype: 'BYTES', shape: [2], parameters: { binary_data_size: 4 + 3 + 4 + 2 } },
      ],
    });
    expect(answer.outputs[0]).not.toHaveProperty('data');
    const raw = whole.subarray(length);
    const scores = decodeTensor({ name: 'p', datatype: 'FP32', count: 4 }, raw.subarray(0, 16));
    expect(scores[1]).toBeCloseTo(goodScore(rows[0] as (typeof rows)[0]), 6);
    expect(scores[3]).toBeCloseTo(goodScore(rows[1] as (typeof rows)[0]), 6);
    expect(decodeTensor({ name: 'l', datatype: 'BYTES', count: 2 }, raw.subarray(16))).toEqual(['yes', 'no']);
  });

  it('are asked for output by output, and are JSON otherwise', async () => {
    const outputs = [{ name: 'probabilities', parameters: { binary_data: true } }, { name: 'label' }];
    const { json, body } = packed(rows, { outputs });
    const whole = Buffer.from(await (await infer(body, String(json.length))).arrayBuffer());
    const cut = whole.indexOf('}]}') + 3;
    const answer = JSON.parse(whole.subarray(0, cut).toString());
    expect(answer.outputs).toMatchObject([{ parameters: { binary_data_size: 16 } }, { data: ['yes', 'no'] }]);
    expect(whole.length - cut).toBe(16);
    const plain = await infer(packed(rows).body, String(packed(rows).json.length));
    expect(plain.headers.get(lengthHeader)).toBeNull();
    expect(await plain.json()).toMatchObject({ outputs: [{ name: 'probabilities' }, { data: ['yes', 'no'] }] });
  });

  it('take NaN for a missing number', async () => {
    const { json, body } = packed([{ a: Number.NaN, b: Number.NaN, c: '' }]);
    const answer = await (await infer(body, String(json.length))).json();
    expect(answer).toMatchObject({ outputs: [{ data: [0.5, 0.5] }, {}] });
  });

  it('hold no more rows than any request may', async () => {
    const { json, body } = packed(Array.from({ length: 51 }, () => ({ a: 0, b: 0, c: 'red' })));
    const response = await infer(body, String(json.length));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('An input may hold 50 rows');
  });
});

describe('malformed bodies', () => {
  it.each([null, '0', '1', '-5', 'many', '1e3', '99999', '9'.repeat(40), '12, 12'])(
    'with the length %s are a 400',
    async (length) => {
      const response = await infer(packed(rows).body, length);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('PRN-GATEWAY-001');
    },
  );

  it.each([
    ['a size that is no number', (input: Input) => ({ ...input, parameters: { binary_data_size: '8' } })],
    ['a size below zero', (input: Input) => ({ ...input, parameters: { binary_data_size: -8 } })],
    ['a size of less than the shape', (input: Input) => ({ ...input, parameters: { binary_data_size: 4 } })],
    ['a size beyond the body', (input: Input) => ({ ...input, parameters: { binary_data_size: 4_000_000_000 } })],
    ['a shape of too many', (input: Input) => ({ ...input, shape: [1e15, 1] })],
    ['a shape below zero', (input: Input) => ({ ...input, shape: [-2, 1] })],
    ['a shape that is a word', (input: Input) => ({ ...input, shape: 'two' })],
    ['a datatype that is not known', (input: Input) => ({ ...input, datatype: 'constructor' })],
    ['data as well', (input: Input) => ({ ...input, data: [1, 2] })],
    ['no size for its bytes', (input: Input) => ({ ...input, parameters: {} })],
  ])('with %s are a 400', async (_, change) => {
    const { json, body } = packed(rows);
    const { inputs } = JSON.parse(json.toString()) as { readonly inputs: readonly Input[] };
    const changed = Buffer.from(JSON.stringify({ inputs: [change(inputs[0] as Input), ...inputs.slice(1)] }));
    const response = await infer(Buffer.concat([changed, body.subarray(json.length)]), String(changed.length));
    expect(response.status).toBe(400);
  });

  it('never fail the server, whatever bytes are changed', async () => {
    const random = seededRandom(7);
    const { json, body } = packed(rows, { parameters: { binary_data_output: true } });
    const statuses = new Set<number>();
    for (let round = 0; round < 400; round += 1) {
      const broken = Buffer.from(body);
      for (let hit = 0; hit < 1 + (round % 4); hit += 1)
        broken[Math.floor(random() * broken.length)] = Math.floor(random() * 256);
      const length = round % 3 === 0 ? Math.floor(random() * (body.length + 2)) : json.length;
      const cut = round % 5 === 0 ? Math.floor(random() * body.length) : body.length;
      statuses.add((await infer(broken.subarray(0, cut), String(length))).status);
    }
    expect([...statuses].sort()).toEqual([200, 400]);
  });
});

interface Input {
  readonly name: string;
  readonly shape: unknown;
}
