import { describe, expect, it } from 'vitest';
import { assign, drawOf } from '../../../src/gateway/assignment.ts';

const keys = Array.from({ length: 100_000 }, (_, index) => `user-${index}`);

describe('assign', () => {
  it.each([0.05, 0.25, 0.5])('gives the canary its weight of %d within 1 % over 100,000 keys', (weight) => {
    const share = keys.filter((key) => assign(key, 'r7', weight).role === 'canary').length / keys.length;
    expect(Math.abs(share - weight)).toBeLessThan(0.01);
  });

  it('meets a key with the same version every time', () => {
    expect(assign('user-17', 'r7', 0.3)).toEqual(assign('user-17', 'r7', 0.3));
  });

  it('never takes a key back from the canary when the weight grows', () => {
    const small = keys.filter((key) => assign(key, 'r7', 0.05).role === 'canary');
    expect(small.every((key) => assign(key, 'r7', 0.25).role === 'canary')).toBe(true);
  });

  it('draws anew for another rollout', () => {
    const first = keys.filter((key) => assign(key, 'r7', 0.1).role === 'canary');
    const again = first.filter((key) => assign(key, 'r8', 0.1).role === 'canary');
    expect(again.length / first.length).toBeGreaterThan(0.08);
    expect(again.length / first.length).toBeLessThan(0.12);
  });

  it('sends all to the canary at weight 1 and none at weight 0', () => {
    expect(keys.every((key) => assign(key, 'r7', 1).role === 'canary')).toBe(true);
    expect(keys.every((key) => assign(key, 'r7', 0).role === 'stable')).toBe(true);
  });

  it('keeps salt and key apart and tells letters beyond ASCII from each other', () => {
    expect(drawOf('bc', 'a')).not.toBe(drawOf('c', 'ab'));
    expect(drawOf('é', 's')).not.toBe(drawOf('ł', 's'));
  });
});
