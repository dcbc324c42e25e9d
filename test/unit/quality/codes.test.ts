import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { explains, explainsDay, type QualityCode, qualityCodes } from '../../../src/quality/codes.ts';

describe('codes of quality findings', () => {
  test('never explain each other in a circle, or both would be left out', () => {
    const follows = (code: QualityCode) => [...(explains[code] ?? []), ...(explainsDay[code] ?? [])];
    const circles = (Object.keys(qualityCodes) as QualityCode[]).filter((start) => {
      const seen = new Set<QualityCode>();
      const open = follows(start);
      for (let code = open.pop(); code !== undefined; code = open.pop()) {
        if (code === start) return true;
        if (seen.has(code)) continue;
        seen.add(code);
        open.push(...follows(code));
      }
      return false;
    });
    expect(circles).toEqual([]);
  });

  test('stand in the documentation, each with its meaning', async () => {
    const page = await readFile('docs/data-quality.md', 'utf8');
    for (const [code, meaning] of Object.entries(qualityCodes)) expect(page).toContain(`| \`${code}\` | ${meaning} |`);
  });
});
