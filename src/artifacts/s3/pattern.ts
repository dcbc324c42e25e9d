/** Everything before the first wildcard: what a listing can be narrowed down to. */
export function fixedStart(pattern: string): string {
  return /^[^*?[]*/.exec(pattern)?.[0] ?? '';
}

/** A shell pattern for keys: `*`, `?` and `[...]` stay within one part, `**` spans any number of them. */
export function keyPattern(pattern: string): RegExp {
  const pieces = pattern.match(/\*\*\/?|\*|\?|\[!?[^\]/]+\]|[^*?[]+|\[/g) ?? [];
  return new RegExp(`^${pieces.map(expression).join('')}$`, 'u');
}

function expression(piece: string): string {
  if (piece === '**/') return '(?:[^/]+/)*';
  if (piece === '**') return '.*';
  if (piece === '*') return '[^/]*';
  if (piece === '?') return '[^/]';
  if (/^\[.+\]$/.test(piece)) {
    const isNegated = piece.startsWith('[!');
    const letters = piece.slice(isNegated ? 2 : 1, -1).replace(/[\\^[]/g, '\\$&');
    return isNegated ? `[^/${letters}]` : `[${letters}]`;
  }
  return piece.replace(/[\\^$.|+(){}[\]/]/g, '\\$&');
}
