import type { Finding, Severity } from '../alarm/finding.ts';
import type { ComparedKind, ComparedTable } from './comparison.ts';

interface FaultySide {
  readonly table: ComparedTable;
  readonly types: ReadonlyMap<string, string>;
}

/** What is wrong before any value is looked at: no rows, columns that one side lacks, types that changed. */
export function tableFaults(sides: {
  readonly reference: FaultySide;
  readonly current: FaultySide;
  /** Of the columns of both sides; null for a type that cannot be compared. */
  readonly kinds: ReadonlyMap<string, ComparedKind | null>;
  /** The columns that were asked for; null for all. */
  readonly asked: readonly string[] | null;
}): Finding[] {
  const { reference, current, asked } = sides;
  const wanted = (column: string): boolean => asked?.includes(column) ?? true;
  const unknown = asked?.filter((column) => !reference.types.has(column) && !current.types.has(column)) ?? [];
  const gone = [...reference.types.keys()].filter((column) => wanted(column) && !current.types.has(column));
  const added = [...current.types.keys()].filter((column) => wanted(column) && !reference.types.has(column));
  return [
    ...(['reference', 'current'] as const).flatMap((side) => noRows(side, sides[side])),
    ...unknown.map((column) => fault('missing-column', column, 'critical', 'neither table has it')),
    ...gone.map((column) => fault('missing-column', column, 'critical', 'not in the current table')),
    ...added.map((column) => fault('new-column', column, 'info', 'not in the reference')),
    ...[...sides.kinds].flatMap(([column, kind]) => typeFault(column, kind, sides)),
  ];
}

function noRows(side: 'reference' | 'current', { table }: FaultySide): Finding[] {
  return table.rows > 0
    ? []
    : [fault('no-rows', null, 'critical', `the ${side} table has no rows: nothing could be compared`)];
}

function typeFault(
  column: string,
  kind: ComparedKind | null,
  { reference, current }: { readonly reference: FaultySide; readonly current: FaultySide },
): Finding[] {
  // CSV has no types: there every column is text, and what cannot be read is counted.
  if (kind !== null && (isUntyped(reference) || isUntyped(current))) return [];
  const [before, now] = [reference.types.get(column) ?? '', current.types.get(column) ?? ''];
  if (kind === null) return [fault('not-compared', column, 'info', `values of type ${before} are not compared`)];
  const [wasFamily, isFamily] = [family(before), family(now)];
  if (wasFamily === isFamily || now === '') return [];
  return [fault('changed-type', column, 'warning', `the type was ${before} and is ${now}`)];
}

function isUntyped({ types }: FaultySide): boolean {
  return [...types.values()].every((type) => type === 'VARCHAR');
}

/** Types between which a change means nothing to a model. */
function family(type: string): string {
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL)/.test(type)) return 'number';
  if (/^(VARCHAR|UUID|ENUM|JSON|"NULL")/.test(type)) return 'text';
  return /^TIMESTAMP_(S|MS|NS)$/.test(type) ? 'TIMESTAMP' : type;
}

function fault(code: string, column: string | null, severity: Severity, says: string): Finding {
  return { kind: 'quality', code, column, segment: null, severity, size: 1, says };
}
