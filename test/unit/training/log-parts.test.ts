import { expect, it } from 'vitest';
import { LogParts } from '../../../src/training/log-parts.ts';

const bounds = { headBytes: 20, tailBytes: 20, partBytes: 10, waitingBytes: 40 };

it('keeps the first and the last parts of a log that is too long, and names those between once', () => {
  const log = new LogParts(bounds);
  const gone: number[] = [];
  for (let line = 1; line <= 8; line += 1) {
    log.add(`line ${line}  `.slice(0, 9));
    expect(log.take()).toMatchObject({ part: line });
    gone.push(...log.obsolete());
  }
  expect(gone).toEqual([3, 4, 5, 6]);
});

it('says how many lines were left out while the store was slow', () => {
  const log = new LogParts(bounds);
  for (let line = 0; line < 7; line += 1) log.add('123456789');
  expect(log.full).toBe(true);
  const texts = Array.from({ length: 5 }, () => log.take()?.text);
  expect(texts[3]).toBe('123456789\n[perennial: 3 lines came faster than they could be stored and are left out]\n');
  expect(texts[4]).toBeUndefined();
});
