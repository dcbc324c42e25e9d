import { percent } from '../drift/measured-column.ts';
import type { Feature } from '../plan/schema.ts';
import type { CategoricalProfile } from '../profile/profile.ts';
import { counted, listed, own, topOf } from './evidence.ts';
import { bySize, type ColumnFault } from './fault.ts';
import { type Damage, damageOf } from './name-damage.ts';

/** Names that the reference does not have, by what is wrong with them, and a column that one name has taken over. */
export function categoryFaults(now: CategoricalProfile, was: CategoricalProfile, feature: Feature): ColumnFault[] {
  return [...unknownNames(now, was, feature), ...oneName(now, was)];
}

function unknownNames(now: CategoricalProfile, was: CategoricalProfile, feature: Feature): ColumnFault[] {
  const known = new Set(Object.keys(was.counts));
  for (const name of (feature.type === 'categorical' ? feature.categories : undefined) ?? []) known.add(name);
  const groups = new Map<Damage, { readonly names: string[]; rows: number }>();
  const damage = damageOf([...known]);
  for (const [name, rows] of Object.entries(now.counts)) {
    if (rows === 0 || known.has(name)) continue;
    const kind = damage(name);
    const group = groups.get(kind) ?? { names: [], rows: 0 };
    group.names.push(name);
    group.rows += rows;
    groups.set(kind, group);
  }
  return [...groups].flatMap(([kind, { names, rows }]) => told(kind, names, rows, now, was));
}

const words: Readonly<Record<Damage, string>> = {
  'untidy-category': 'differ from known names only in spaces or letter case',
  'placeholder-text': 'say that there is no value',
  'damaged-text': 'were read in the wrong encoding',
  'truncated-text': 'are beginnings of known names',
  'new-category': 'are new',
};

function told(
  kind: Damage,
  names: readonly string[],
  rows: number,
  now: CategoricalProfile,
  was: CategoricalProfile,
): ColumnFault[] {
  const size = rows / now.present;
  // Beyond the names that a profile keeps, a new name may be an old one.
  const unkept = was.present === 0 ? 0 : was.other / was.present;
  if (kind === 'new-category' && size <= 2 * unkept) return [];
  // Three letters of a code may be the beginning of another code by chance: only a flood of them is a cut.
  const code = kind === 'truncated-text' && size < 0.05 ? 'new-category' : kind;
  // A season brings many new names with few rows each: what counts is one of weight, or all of them together.
  const heaviest = Math.max(...names.map((name) => now.counts[name] ?? 0)) / now.present;
  const enough = code === 'new-category' ? heaviest >= 0.01 || size >= 0.05 : size >= 0.002;
  const severity = rows >= 3 && enough ? bySize(size, 0.3) : 'info';
  const says = `${counted(rows)} (${percent(size)}) hold names that ${words[code]}: ${listed([...names].sort((a, b) => (now.counts[b] ?? 0) - (now.counts[a] ?? 0)))}`;
  return [{ code, severity, size, says }];
}

function oneName(now: CategoricalProfile, was: CategoricalProfile): ColumnFault[] {
  const [top, before] = [topOf(now.counts), topOf(was.counts)];
  if (top === null || before === null || was.present === 0 || was.distinct < 2) return [];
  const size = top.rows / now.present;
  const most = before.rows / was.present;
  if (size < 0.9 || most > 0.75) return [];
  const code = top.rows === now.present ? 'constant-column' : 'one-category';
  const says = `${JSON.stringify(top.name)} holds ${percent(size)} of ${counted(now.present)}, ${percent((own(was.counts, top.name) ?? 0) / was.present)} in the reference`;
  return [{ code, severity: 'critical', size, says }];
}
