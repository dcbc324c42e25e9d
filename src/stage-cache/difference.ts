import type { Ingredients } from './ingredients.ts';

/** One thing in which two trainings differ; null on the side that does not have it. */
export interface Difference {
  readonly what: string;
  readonly before: string | null;
  readonly now: string | null;
}

/** In the order of `before`; what only `now` has comes last. */
export function differences(before: Ingredients, now: Ingredients): readonly Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return names
    .map((what) => ({ what, before: before[what] ?? null, now: now[what] ?? null }))
    .filter((each) => each.before !== each.now);
}

/** What people call the ingredients whose values say nothing to them. */
const words: Readonly<Record<string, string>> = {
  code: 'the code of the trainer',
  environment: 'the installed packages',
  features: 'the features',
};
const namedAtMost = 3;
const longest = 40;

/** `parameters.eta 0.1 → 0.2, the code of the trainer changed and 2 more`; empty when nothing differs. */
export function sayDifferences(found: readonly Difference[]): string {
  const named = found.slice(0, namedAtMost).map(sayOne);
  const more = found.length - named.length;
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function sayOne({ what, before, now }: Difference): string {
  const word = words[what];
  if (word !== undefined) return `${word} changed`;
  if (what === 'snapshot') return `other rows (snapshot ${now?.slice(0, 8)} instead of ${before?.slice(0, 8)})`;
  if (before === null) return `${what} is new: ${shortened(now ?? '')}`;
  if (now === null) return `${what} is gone: ${shortened(before)}`;
  return `${what} ${shortened(before)} → ${shortened(now)}`;
}

function shortened(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
