import type { ColumnSchema } from '../dataset/dataset.ts';
import { closest } from '../plan/suggest.ts';
import type { PartitionProfile } from '../profile/profile.ts';
import { own } from './evidence.ts';
import type { Fault } from './fault.ts';
import type { QualityInput } from './quality.ts';

/** Columns that are gone, new, renamed or of another type, day by day: each against the days before it. */
export function schemaFaults(input: QualityInput): Fault[] {
  const known = new Map<string, string>();
  for (const { schema } of [...input.history].sort((a, b) => (a.day < b.day ? -1 : 1))) remember(known, schema);
  return input.days.flatMap(({ day, profile }) => {
    if (profile === null || profile.schema.length === 0) return [];
    const faults = [
      ...gone(day, profile, known, input),
      ...fresh(day, profile, known),
      ...retyped(day, profile, known, input),
    ];
    remember(known, profile.schema);
    return faults;
  });
}

function remember(known: Map<string, string>, schema: readonly ColumnSchema[]): void {
  for (const { name, type } of schema) known.set(name, type);
}

function gone(
  day: string,
  { schema }: PartitionProfile,
  known: ReadonlyMap<string, string>,
  { data }: QualityInput,
): Fault[] {
  const names = new Set(schema.map(({ name }) => name));
  const roles = new Set([data.id, data.time, data.label.column, ...Object.keys(data.features)]);
  const spare = [...names].filter((name) => !roles.has(name) && !known.has(name));
  return [...Object.keys(data.features), data.label.column]
    .filter((name) => !names.has(name))
    .map((column): Fault => {
      const now = closest(column, spare);
      const found = { column, day, severity: 'critical', size: 1 } as const;
      return now === null
        ? { ...found, code: 'missing-column', says: `not among the ${schema.length} columns of the source` }
        : {
            ...found,
            code: 'renamed-column',
            says: `not in the source, which has a new column ${JSON.stringify(now)}`,
          };
    });
}

function fresh(day: string, { schema }: PartitionProfile, known: ReadonlyMap<string, string>): Fault[] {
  if (known.size === 0) return [];
  const added = schema.filter(({ name }) => !known.has(name));
  const found = { code: 'new-column', day, severity: 'info', size: 0 } as const;
  if (added.length > toldApart) {
    const some = added.slice(0, toldApart).map(({ name }) => name);
    const says = `${added.length} columns that were not there before: ${some.join(', ')}, …`;
    return [{ ...found, column: null, says }];
  }
  return added.map(({ name, type }) => ({
    ...found,
    column: name,
    says: `a column that was not there before (${type})`,
  }));
}

/** A report of thousands of findings is one that nobody reads, and may be too large to be kept. */
const toldApart = 20;

function retyped(
  day: string,
  { schema, columns }: PartitionProfile,
  known: ReadonlyMap<string, string>,
  input: QualityInput,
): Fault[] {
  const { features } = input.data;
  // CSV and JSON have no types: there every column is text.
  const untyped = schema.every(({ type }) => classOf(type) === 'text');
  return schema.flatMap(({ name, type }): Fault[] => {
    const feature = own(features, name);
    const before = known.get(name) ?? (feature?.type === 'numeric' && !untyped ? 'DOUBLE' : undefined);
    if (feature === undefined || before === undefined || classOf(before) === classOf(type)) return [];
    const profile = own(columns, name);
    const unreadable = profile?.kind === 'numeric' ? profile.unreadable : 0;
    const rows = profile?.kind === 'numeric' ? profile.unreadable + profile.present : 0;
    const says = `${type} instead of ${before}${unreadable > 0 ? `; ${unreadable} of ${rows} values can no longer be read` : ''}`;
    const severity = feature.type === 'numeric' && unreadable * 2 > rows ? 'critical' : 'warning';
    return [{ code: 'changed-type', column: name, day, severity, size: 1, says }];
  });
}

function classOf(type: string): 'number' | 'text' | 'time' | 'other' {
  if (/^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL.*|BOOLEAN)$/.test(type)) return 'number';
  if (/^(VARCHAR|UUID|ENUM.*|JSON|"NULL")$/.test(type)) return 'text';
  return /^(DATE|TIME|TIMESTAMP)/.test(type) ? 'time' : 'other';
}
