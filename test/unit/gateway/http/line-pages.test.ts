import { expect, test } from 'vitest';
import { LinePages, PagePool } from '../../../../src/gateway/http/line-pages.ts';

const textOf = (pages: readonly Uint8Array[]): string => Buffer.concat(pages).toString('utf8');

test('pages hold every line once and in order, whatever letters and lengths they have', () => {
  const lines = Array.from({ length: 3_000 }, (_, at) => `${at} ${'aé€😀'.repeat(at % 40)}`);
  lines.push('€'.repeat(100_000), '', 'last');
  const pages = new LinePages(new PagePool());
  for (const line of lines) pages.add(line);
  expect(textOf(pages.takeAll())).toBe(`${lines.join('\n')}\n`);
  expect(pages.takeAll()).toEqual([]);
});

test('every page ends with a whole line, so that a kill between two writes cuts none', () => {
  const pages = new LinePages(new PagePool());
  for (let at = 0; at < 10_000; at++) pages.add('x'.repeat(100));
  const taken = pages.takeAll();
  expect(taken.length).toBeGreaterThan(2);
  expect(taken.every((page) => page.at(-1) === 0x0a)).toBe(true);
});

test('says when a page is full, and not before', () => {
  const pages = new LinePages(new PagePool());
  let bytes = 0;
  while (!pages.add('y'.repeat(99))) bytes += 100;
  expect(bytes).toBeGreaterThan(200 * 1024);
  expect(bytes).toBeLessThan(256 * 1024);
});

test('a page that came back is written again, and one that is still out is not', () => {
  const pool = new PagePool();
  const pages = new LinePages(pool);
  pages.add('first');
  const [first = new Uint8Array()] = pages.takeAll();
  pages.add('second');
  const [second = new Uint8Array()] = pages.takeAll();
  expect(textOf([first, second])).toBe('first\nsecond\n');
  pool.giveBack(first);
  pages.add('third');
  const [third = new Uint8Array()] = pages.takeAll();
  expect(third.buffer).toBe(first.buffer);
  expect(textOf([second, third])).toBe('second\nthird\n');
});
