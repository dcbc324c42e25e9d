import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningGateway } from '../../../../src/gateway/http/start-gateway.ts';
import { type Bench, bench, model, row } from './harness.ts';

let on: Bench;
let gateway: RunningGateway;

beforeEach(async () => {
  on = await bench({ 1: 'good' });
  gateway = await on.start({ limits: { bodyBytes: 300_000 } });
});
afterEach(() => on.clean());

/** Sends bytes as they are; what came back until the connection ended or, after a first answer, fell silent. */
function send(bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  return new Promise((resolve) => {
    let said = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      said += chunk;
      socket.end();
    });
    socket.once('close', () => resolve(said));
    socket.write(bytes);
  });
}

function post(path: string, body: string | Buffer, headers = ''): Buffer {
  const bytes = Buffer.from(body);
  const head = `POST ${path} HTTP/1.1\r\nhost: x\r\n${headers}content-length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

const predictPath = `/v1/models/${model}/predict`;
const inferPath = `/v2/models/${model}/infer`;
const deep = '['.repeat(50_000) + ']'.repeat(50_000);
const rowText = JSON.stringify(row);
const tensor = (data: string) => `{"inputs":[{"name":"a","datatype":"FP32","shape":[1],"data":${data}}]}`;
const notUtf8 = (text: string) => Buffer.from(text, 'latin1');

describe('what no caller should send', () => {
  it.each([
    ['lists in lists as a value', post(predictPath, `{"features":{"a":${deep},"b":0,"c":"red"}}`), 400, '002'],
    ['lists in lists as an id', post(predictPath, `{"id":${deep},"features":${rowText}}`), 400, '001'],
    ['lists in lists as labels', post(`/v1/models/${model}/labels`, `{"labels":[${deep}]}`), 400, '001'],
    ['lists in lists as inputs', post(inferPath, `{"inputs":${deep}}`), 400, '001'],
    ['lists in lists as data', post(inferPath, tensor(deep)), 400, '002'],
    ['a category that is not UTF-8', post(predictPath, notUtf8('{"features":{"a":0,"b":0,"c":"\xff"}}')), 400, '001'],
    ['tensors that are not UTF-8', post(inferPath, notUtf8('{"id":"\xff","inputs":[]}')), 400, '001'],
    ['half a character as an id', post(predictPath, `{"id":"\\ud83d","features":${rowText}}`), 400, '001'],
    ['an endless id', post(predictPath, `{"features":${rowText}}`, `x-request-id: ${'z'.repeat(600)}\r\n`), 400, '001'],
    ['an input twice', post(inferPath, tensor('[1]').replace(']}]', ']},{"name":"a"}]')), 400, '001'],
    ['a compressed body', post(predictPath, `{"features":${rowText}}`, 'content-encoding: gzip\r\n'), 415, '019'],
    ['a body above the limit', post(predictPath, ' '.repeat(300_001)), 413, '017'],
    ['a header without a colon', post(predictPath, '{}', 'abc\r\n'), 400, '018'],
    ['two lengths', post(predictPath, '{}', 'content-length: 3\r\n'), 400, '018'],
    ['a head above the limit', post(predictPath, '{}', `x-a: ${'a'.repeat(20_000)}\r\n`), 431, '018'],
    ['an address that cannot be decoded', post('/v1/models/%zz/predict', '{}'), 400, '018'],
    ['TLS', Buffer.from('\x16\x03\x01\x02\x00\x01\x00', 'latin1'), 400, '018'],
  ])('%s is refused with a code', async (_, bytes, status, code) => {
    const said = await send(bytes);
    expect(said).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(said).toContain(`PRN-GATEWAY-${code}`);
  });

  it('half a character as a category is answered, and leaves a log that every reader can read', async () => {
    expect(await send(post(predictPath, '{"id":"half","features":{"a":0,"b":0,"c":"\\ud83d"}}'))).toMatch(
      /^HTTP\/1\.1 200/,
    );
    await gateway.close();
    expect(on.store.lines()[0]).toMatchObject({ id: 'half', features: { c: '\ufffd' } });
  });
});
