import type { QualityCode } from './codes.ts';

export type Damage = Extract<
  QualityCode,
  'untidy-category' | 'placeholder-text' | 'damaged-text' | 'truncated-text' | 'new-category'
>;

/** Says of a name that is not known what it probably is. */
export function damageOf(known: readonly string[]): (name: string) => Damage {
  const tidy = new Set(known.map(tidied));
  const beginnings = new Set(known.flatMap((name) => beginningsOf(name)));
  return (name) => {
    if (tidy.has(tidied(name))) return 'untidy-category';
    if (placeholders.has(name.trim().toLowerCase())) return 'placeholder-text';
    if (isGarbled(name)) return 'damaged-text';
    return beginnings.has(name) ? 'truncated-text' : 'new-category';
  };
}

const tidied = (name: string): string => name.trim().replaceAll(/\s+/g, ' ').toLowerCase();

const placeholders = new Set(
  'n/a|na|#n/a|#na|n.a.|nan|-nan|null|(null)|<null>|none|nil|<na>|nat|undefined|unknown|missing|empty|(empty)|-|--|---|?|.|\\n|tbd|void|not available|#ref!|#value!|#div/0!|[object object]'.split(
    '|',
  ),
);

/**
 * Replacement characters, control characters, byte order marks, and the pairs that UTF-8 becomes when it is read as Latin-1 or
 * Windows-1252: a letter of À to ô followed by one of the second half of those pages.
 */
function isGarbled(name: string): boolean {
  return (
    /[\uFFFD\uFEFF\u0080-\u009F]/.test(name) ||
    hasControl(name) ||
    /[\u00C2-\u00F4][\u0080-\u00BF\u0152-\u0153\u0160-\u0161\u0178\u017D-\u017E\u0192\u02C6\u02DC\u2013-\u203A\u20AC\u2122]/.test(
      name,
    )
  );
}

/** Written out, because a control character in a pattern is more often a slip. */
function hasControl(name: string): boolean {
  return [...name].some((letter) => {
    const code = letter.charCodeAt(0);
    return (code < 32 && code !== 9 && code !== 10 && code !== 13) || code === 127;
  });
}

function beginningsOf(name: string): string[] {
  return Array.from({ length: Math.max(0, name.length - 1) }, (_, index) => name.slice(0, index + 1));
}
