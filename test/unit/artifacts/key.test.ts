import { describe, expect, it } from 'vitest';
import { checkKey, checkPrefix } from '../../../src/artifacts/key.ts';

describe('keys', () => {
  it.each(['a', 'a/b.c', 'models/r1/model.onnx', 'check:flight-delay:2030-01-01', 'a b', 'ü', `${'x'.repeat(255)}/y`])(
    'may be %j',
    (key) => {
      expect(() => checkKey(key)).not.toThrow();
    },
  );

  it.each([
    ['', 'empty'],
    ['/etc/passwd', 'starts with a slash'],
    ['a//b', 'empty part'],
    ['a/..', 'starts with a dot'],
    ['.drafts/x', 'starts with a dot'],
    ['a\\..\\b', 'backslash'],
    ['a\0b', 'control character'],
    ['ü'.repeat(128), '255 bytes'],
    ['x/'.repeat(600), '1024 bytes'],
  ])('may not be %j', (key, why) => {
    expect(() => checkKey(key)).toThrow(why);
  });

  it('may be cut anywhere for a prefix, but not point outside', () => {
    for (const prefix of ['', 'a', 'a/', 'a/b']) expect(() => checkPrefix(prefix)).not.toThrow();
    for (const prefix of ['/', '../', 'a//', './']) expect(() => checkPrefix(prefix)).toThrow('malformed');
  });
});
