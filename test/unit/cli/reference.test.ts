import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cliReference } from '../../../src/cli/reference.ts';

it('docs/cli.md says what the table of verbs says (npx vitest run -u writes it)', async () => {
  await expect(cliReference()).toMatchFileSnapshot('../../../docs/cli.md');
});

it('pages name no verb that there is not', () => {
  const verbs = new Set(verbsIn(cliReference(), /^### `perennial ([a-z]+)/gm));
  const pages = [
    'README.md',
    ...readdirSync('docs')
      .filter((name) => name.endsWith('.md'))
      .map((name) => join('docs', name)),
  ];
  const named = pages.flatMap((page) => verbsIn(readFileSync(page, 'utf8'), /(?:`|^)perennial ([a-z]+)/gm));
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter((verb) => !verbs.has(verb))).toEqual([]);
});

function verbsIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, verb = '']) => verb);
}
