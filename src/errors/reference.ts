import { errorCodes } from './codes.ts';
import type { CodeEntry } from './define.ts';

const introduction = `# Errors

Every error of Perennial has a code that never changes its meaning. The CLI prints it, the API answers with it
(\`code\`, \`message\`, \`hint\`), and a failed stage carries it in Temporal. "Tried again" says whether Perennial
itself tries again; what is not tried again needs you.

This page is made from the code by \`node scripts/reference.mjs\`; do not edit it.
`;

/** The text of docs/errors.md: every code with what it means and what to do, by area. */
export function errorReference(codes: Readonly<Record<string, CodeEntry>> = errorCodes): string {
  const areas = new Map<string, string[]>();
  for (const code of Object.keys(codes).sort()) {
    const area = code.split('-')[1] ?? '';
    areas.set(area, [...(areas.get(area) ?? []), code]);
  }
  const contents = [...areas].map(([area, own]) => `- [${area}](#${area.toLowerCase()}): ${own.length}`).join('\n');
  const sections = [...areas].map(
    ([area, own]) => `## ${area}\n\n${own.map((code) => entryText(code, codes)).join('\n')}`,
  );
  return [introduction, `${contents}\n`, ...sections].join('\n');
}

function entryText(code: string, codes: Readonly<Record<string, CodeEntry>>): string {
  const entry = codes[code];
  if (!entry) return '';
  const again = entry.retryable ? 'Tried again: yes.' : 'Tried again: no.';
  return `### ${code}\n\n${sentence(entry.title)} ${again}\n\n**What to do:** ${sentence(entry.hint)}\n`;
}

function sentence(text: string): string {
  const start = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
