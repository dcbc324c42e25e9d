/** Whether an object belongs to a model's data, and to which of its days. */
export type Match = { readonly matches: true; readonly day: string | null } | { readonly matches: false };

/** Compares an object with the `uri` of a source: `*` stays inside a folder, `**` does not, `{date}` is one day as YYYY-MM-DD. */
export function matchSource(uri: string, bucket: string, key: string): Match {
  if (!uri.startsWith('s3://')) return { matches: false };
  const found = new RegExp(`^${patternOf(uri.slice('s3://'.length))}$`, 'u').exec(`${bucket}/${key}`);
  return found === null ? { matches: false } : { matches: true, day: found.groups?.day ?? null };
}

/** The same day twice in a path is the same day. */
function patternOf(path: string): string {
  let named = false;
  return path.replaceAll(/\{date\}|\*\*|\*|\?|[^*?{]+|\{/g, (part) => {
    if (part === '{date}') {
      if (named) return '\\k<day>';
      named = true;
      return '(?<day>\\d{4}-\\d{2}-\\d{2})';
    }
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    return part.replaceAll(/[\\^$.|?*+()[\]{}/]/g, (letter) => `\\${letter}`);
  });
}

/** A look back that holds the day: from the midnight after it, or from now while the day lasts. */
export function endOfDay(day: string, now: Date): Date {
  const midnight = Date.parse(`${day}T00:00:00Z`) + 86_400_000;
  return new Date(Math.min(midnight, now.getTime()));
}
