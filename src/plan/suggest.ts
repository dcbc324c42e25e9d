import { distance } from 'fastest-levenshtein';

/**
 * The candidate that was probably meant, or null when none is close. Case and `-`, `_`, blanks are ignored; swapped letters
 * count as one mistake; a word of three letters or more also finds the one candidate that it begins.
 */
export function closest(word: string, candidates: Iterable<string>): string | null {
  const ranked = [...candidates]
    .filter((candidate) => candidate !== word)
    .map((candidate) => ({ candidate, mistakes: mistakes(word, candidate) }))
    .sort((a, b) => a.mistakes - b.mistakes);
  const [best] = ranked;
  if (!best) return null;
  if (best.mistakes <= tolerated(word, best.candidate)) return best.candidate;
  const begun = ranked.filter(({ candidate }) => begins(plain(word), plain(candidate)));
  return begun.length === 1 && begun[0] ? begun[0].candidate : null;
}

/** ` did you mean "x"?` or the list of what is allowed: the usual hint for a wrong word. */
export function didYouMean(word: string, candidates: Iterable<string>, listed: string): string | undefined {
  const all = [...candidates];
  const meant = closest(word, all);
  if (meant !== null) return `did you mean ${JSON.stringify(meant)}?`;
  return all.length > 0 ? `${listed}: ${all.join(', ')}` : undefined;
}

function mistakes(word: string, candidate: string): number {
  const [a, b] = [plain(word), plain(candidate)];
  const raw = distance(a, b);
  const swapped = raw === 2 && a.length === b.length && sorted(a) === sorted(b);
  // The exact spelling breaks ties: "ETA" means "eta" rather than "beta".
  return (swapped ? 1 : raw) + distance(word, candidate) / 1000;
}

function tolerated(word: string, candidate: string): number {
  const length = Math.max(word.length, candidate.length);
  if (length <= 2) return 1.1;
  return Math.min(3, Math.max(1, Math.floor(length / 3))) + 0.9;
}

function begins(a: string, b: string): boolean {
  return (a.length >= 3 && b.startsWith(a)) || (b.length >= 3 && a.startsWith(b));
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[-_\s]/g, '');
}

function sorted(word: string): string {
  return [...word].sort().join('');
}
