import type { CategoricalProfile, ColumnProfile, PartitionProfile, ReferenceProfile } from './profile.ts';

/** Stored instead of a name that the reference kept: its place there. */
interface StoredNames extends Omit<CategoricalProfile, 'counts'> {
  readonly known: readonly number[];
  readonly others: Readonly<Record<string, number>>;
}

type StoredColumn = Exclude<ColumnProfile, CategoricalProfile> | StoredNames;

interface StoredProfile extends Omit<PartitionProfile, 'columns'> {
  readonly format: 1;
  readonly reference: string;
  readonly columns: Readonly<Record<string, StoredColumn>>;
}

/** JSON of a profile; names of the reference are not written again, so that a day of 20 columns stays well below 50 kB. */
export function encodeProfile(profile: PartitionProfile, reference: ReferenceProfile): string {
  const columns = Object.entries(profile.columns).map(([name, column]) => [name, pack(column, reference, name)]);
  return JSON.stringify({ format: 1, reference: reference.id, ...profile, columns: Object.fromEntries(columns) });
}

/** Null for a text that is no profile, or was made against another reference: the day is then profiled anew. */
export function decodeProfile(text: string, reference: ReferenceProfile): PartitionProfile | null {
  const stored = parse(text);
  if (stored === null || stored.format !== 1 || stored.reference !== reference.id) return null;
  const { format: _, reference: __, columns, ...rest } = stored;
  const unpacked = Object.entries(columns).map(([name, column]) => [name, unpack(column, reference, name)]);
  return { ...rest, columns: Object.fromEntries(unpacked) as PartitionProfile['columns'] };
}

function parse(text: string): StoredProfile | null {
  try {
    return JSON.parse(text) as StoredProfile | null;
  } catch {
    return null;
  }
}

function pack(column: ColumnProfile, reference: ReferenceProfile, name: string): StoredColumn {
  if (column.kind === 'numeric') return column;
  const { counts, ...rest } = column;
  const names = knownNames(reference, name);
  const known = new Set(names);
  const others = Object.entries(counts).filter(([one]) => !known.has(one));
  return { ...rest, known: names.map((one) => counts[one] ?? 0), others: Object.fromEntries(others) };
}

function unpack(column: StoredColumn, reference: ReferenceProfile, name: string): ColumnProfile {
  if (column.kind === 'numeric') return column;
  const { known, others, ...rest } = column;
  const entries = knownNames(reference, name).map((one, at): [string, number] => [one, known[at] ?? 0]);
  return { ...rest, counts: { ...Object.fromEntries(entries), ...others } };
}

function knownNames({ whole }: ReferenceProfile, name: string): readonly string[] {
  const column = whole.columns[name];
  return column?.kind === 'categorical' ? Object.keys(column.counts) : [];
}
