import { type ColumnRoles, columnRoles } from '../dataset/columns.ts';
import type { ModelFile } from '../plan/schema.ts';
import type { ColumnProfile, PartitionProfile } from './profile.ts';

/** One of the groups of columns in which a wide partition is profiled. */
export interface ColumnGroup {
  /** From 0. */
  readonly group: number;
  readonly groups: number;
}

/** Wider tables are profiled in groups of columns, each by itself. */
const columnsAGroup = 200;

/** How many groups the features make; 1 where all are profiled at once. */
export function groupsOf(file: ModelFile): number {
  return Math.max(1, Math.ceil(columnRoles(file).features.length / columnsAGroup));
}

/** The features of a group, in the order of the model file; all of them without a group. */
export function featuresOf(file: ModelFile, of?: ColumnGroup): ColumnRoles['features'] {
  const { features } = columnRoles(file);
  if (of === undefined) return features;
  const size = Math.ceil(features.length / of.groups);
  return features.slice(of.group * size, (of.group + 1) * size);
}

/**
 * The profile of a partition from those of all its groups, in their order. What is asked of whole rows is in the first.
 * @returns null where the partition holds nothing
 */
export function joinGroups(file: ModelFile, parts: readonly (PartitionProfile | null)[]): PartitionProfile | null {
  const [first] = parts;
  if (!first) return null;
  const columns = parts.flatMap((part) => Object.entries(part?.columns ?? {}));
  return { ...first, columns: inOrder(file, new Map(columns)) };
}

/** In the order of the model file. */
export function inOrder(
  file: ModelFile,
  profiles: ReadonlyMap<string, ColumnProfile>,
): Readonly<Record<string, ColumnProfile>> {
  const all = columnRoles(file).features.map(({ name }): [string, ColumnProfile | undefined] => [
    name,
    profiles.get(name),
  ]);
  return Object.fromEntries(all.filter((entry): entry is [string, ColumnProfile] => entry[1] !== undefined));
}
