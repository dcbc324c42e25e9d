import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { errorCodes } from '../../../src/errors/codes.ts';
import { PerennialError } from '../../../src/errors/error.ts';
import { errorReference } from '../../../src/errors/reference.ts';

describe('the error reference', () => {
  test('docs/errors.md is what the code says (node scripts/reference.mjs writes it)', () => {
    expect(readFileSync('docs/errors.md', 'utf8')).toBe(errorReference());
  });

  test('has a heading for every code and for nothing else', () => {
    const headings = [...errorReference().matchAll(/^### (.+)$/gm)].map(([, code]) => code);
    expect(headings).toEqual(Object.keys(errorCodes).sort());
  });

  test('tells title, cure and whether it is tried again', () => {
    const page = errorReference({ 'PRN-X-001': { title: 'no disk', hint: 'Add one', retryable: true } });
    expect(page).toContain('- [X](#x): 1');
    expect(page).toContain('### PRN-X-001\n\nNo disk. Tried again: yes.\n\n**What to do:** Add one.\n');
  });

  test.each(Object.entries(errorCodes))('%s has the form of a code, a title and a hint', (code, entry) => {
    expect(code).toMatch(/^PRN-[A-Z]+-\d{3}$/);
    expect(entry.title.length).toBeGreaterThan(10);
    expect(entry.hint.length).toBeGreaterThan(10);
  });
});

describe('PerennialError', () => {
  test('takes hint and retryability from its code, and its own hint before that', () => {
    const error = new PerennialError('PRN-PLAN-023', { message: 'data.features is empty' });
    expect(error).toMatchObject({ hint: errorCodes['PRN-PLAN-023'].hint, retryable: false, name: 'PerennialError' });
    expect(new PerennialError('PRN-PLAN-023', { message: 'x', hint: 'do y' }).toJSON()).toEqual({
      code: 'PRN-PLAN-023',
      message: 'x',
      hint: 'do y',
      details: {},
    });
  });

  test('keeps its cause', () => {
    const cause = new Error('disk');
    expect(new PerennialError('PRN-PLAN-023', { message: 'x', cause }).cause).toBe(cause);
  });
});
