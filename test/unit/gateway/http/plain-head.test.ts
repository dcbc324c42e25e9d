import { describe, expect, it } from 'vitest';
import { readPlainHead } from '../../../../src/gateway/http/plain-head.ts';

const head = (...lines: string[]) =>
  ['POST /v1/models/m-1/predict HTTP/1.1', 'Host: here', 'Content-Length: 12', ...lines].join('\r\n');

describe('readPlainHead', () => {
  it('reads model, length and the headers that a prediction looks at', () => {
    expect(
      readPlainHead(head('X-Model-Version: 3', 'x-request-id: q', 'Authorization: Bearer k', 'accept: */*')),
    ).toEqual({
      model: 'm-1',
      contentLength: 12,
      version: '3',
      requestId: 'q',
      key: 'k',
    });
  });

  it.each([
    ['a chunked body', head('Transfer-Encoding: chunked')],
    ['two lengths', head('content-length: 13')],
    ['a body that waits for a word', head('Expect: 100-continue')],
    ['an upgrade', head('Connection: Upgrade', 'Upgrade: h2c')],
    ['a connection that ends', head('Connection: close')],
    ['a compressed body', head('Content-Encoding: gzip')],
    ['a folded header', head('x-a: 1', ' 2')],
    ['a blank before the colon', head('x-a : 1')],
    ['a line feed without carriage return', head('x-a: 1\nx-b: 2')],
    ['a letter beyond ASCII', head('x-a: é')],
    ['a length that is no number', head().replace('12', '+12')],
    ['another path', head().replace('predict', 'labels')],
    ['another method', head().replace('POST', 'GET')],
    ['HTTP/1.0', head().replace('HTTP/1.1', 'HTTP/1.0')],
    ['a path with escapes', head().replace('m-1', 'm%31')],
    ['no host', head().replace('Host: here\r\n', '')],
  ])('leaves a request with %s to the server', (_, text) => {
    expect(readPlainHead(text)).toBeNull();
  });
});
