import { describe, expect, it } from 'vitest';
import { decodeTensor, encodeTensor, splitBody } from '../../../src/gateway/binary-tensor.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const decode = (datatype: string, count: number, raw: Uint8Array) => decodeTensor({ name: 'x', datatype, count }, raw);

describe('tensors as bytes', () => {
  it.each([
    ['BOOL', bytes(1, 0), [1, 0]],
    ['INT8', bytes(255, 127), [-1, 127]],
    ['UINT16', bytes(1, 2, 255, 255), [513, 65_535]],
    ['INT32', bytes(254, 255, 255, 255), [-2]],
    ['UINT64', bytes(0, 0, 0, 0, 1, 0, 0, 0), [2 ** 32]],
    ['INT64', bytes(255, 255, 255, 255, 255, 255, 255, 255), [-1]],
    ['FP16', bytes(0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0xff, 0x7b, 0x00, 0x7e), [1, -2, 2 ** -24, 65_504, null]],
    ['FP32', bytes(0, 0, 128, 63, 0, 0, 192, 127), [1, null]],
    ['FP64', bytes(0, 0, 0, 0, 0, 0, 224, 63), [0.5]],
    ['BYTES', bytes(2, 0, 0, 0, 0xc3, 0xa9, 0, 0, 0, 0), ['é', '']],
  ])('%s are read little-endian, NaN as missing', (datatype, raw, expected) => {
    expect(decode(datatype, expected.length, raw)).toEqual(expected);
  });

  it('come back as they were written', () => {
    const texts = ['', 'käse', '日本', 'a'.repeat(300)];
    expect(decode('BYTES', 4, encodeTensor('BYTES', texts))).toEqual(texts);
    expect(decode('FP32', 3, encodeTensor('FP32', [0.25, -3, 1e10]))).toEqual([0.25, -3, 1e10]);
    expect(decode('INT64', 2, encodeTensor('INT64', [-7, 2 ** 40]))).toEqual([-7, 2 ** 40]);
  });

  it.each([
    ['fewer bytes than elements', 'FP32', 2, bytes(0, 0, 0, 0)],
    ['more bytes than elements', 'INT8', 1, bytes(0, 0)],
    ['a text that ends after the bytes', 'BYTES', 1, bytes(9, 0, 0, 0, 65)],
    ['a length cut short', 'BYTES', 1, bytes(1, 0, 0)],
    ['a text too many', 'BYTES', 1, bytes(0, 0, 0, 0, 0, 0, 0, 0)],
    ['bytes that are no UTF-8', 'BYTES', 1, bytes(1, 0, 0, 0, 0xff)],
  ])('%s are refused', (_, datatype, count, raw) => {
    expect(() => decode(datatype, count, raw)).toThrow(expect.objectContaining({ code: 'PRN-GATEWAY-001' }));
  });
});

describe('the length of the JSON before them', () => {
  it('parts the body', () => {
    expect(splitBody(bytes(1, 2, 3), '2')).toEqual({ json: bytes(1, 2), binary: bytes(3) });
  });

  it.each(['4', '-1', '1.5', '1e1', '', 'two', '1, 1', '99999999999'])(
    'is refused when it is "%s" of 3 bytes',
    (length) => {
      expect(() => splitBody(bytes(1, 2, 3), length)).toThrow(expect.objectContaining({ code: 'PRN-GATEWAY-001' }));
    },
  );
});
