import type { Finding } from '../../alarm/finding.ts';
import { type Database, type DatabaseOptions, withDatabase } from '../../dataset/duckdb/database.ts';
import type { RemoteFiles } from '../../dataset/remote-files.ts';
import { PerennialError } from '../../errors/error.ts';
import { buildComparison } from '../build-comparison.ts';
import type { ComparedKind, Comparison } from '../comparison.ts';
import { tableFaults } from '../table-faults.ts';
import { chooseKinds } from './column-kinds.ts';
import { measureColumns } from './measure-columns.ts';
import { openTable } from './open-table.ts';
import { type KindedColumn, type Side, tableSide } from './side.ts';
import { isStored, openStored, storeReference } from './stored-reference.ts';
import { timeFaults } from './time-faults.ts';

export interface CompareRequest {
  /** A file, a folder, a pattern, several with commas between; the reference also a folder that was stored before. */
  readonly reference: string;
  readonly current: string;
  /** Where relative paths start. */
  readonly base: string;
  /** Only these columns; all that both tables have unless told otherwise. */
  readonly columns?: readonly string[];
  readonly alpha: number;
  readonly minimumEffect: number;
  /** Folder to keep the reference in, sorted, so that later comparisons need not read it again. */
  readonly store?: string;
  readonly remote?: RemoteFiles | undefined;
}

/**
 * Compares two tables column by column, exactly and in bounded memory.
 * @throws PRN-DRIFT-003 to 008; PRN-DATASET-002 naming a file that cannot be read
 */
export async function compareTables(request: CompareRequest, options: DatabaseOptions): Promise<Comparison> {
  return withDatabase(options, async (database) => {
    await database.run('SET preserve_insertion_order = false');
    const { reference, current, kinds, faults } = await openSides(database, request);
    const columns = comparedColumns(request, { reference, current }, kinds);
    const measures = await measureColumns(reference, current, columns);
    const { alpha, minimumEffect } = request;
    const ofTables = tableFaults({ reference, current, kinds, asked: request.columns ?? null });
    return buildComparison({
      ...{ alpha, minimumEffect, measures, reference: reference.table, current: current.table },
      faults: [...ofTables, ...faults],
    });
  });
}

interface OpenSides {
  readonly reference: Side;
  readonly current: Side;
  readonly kinds: ReadonlyMap<string, ComparedKind | null>;
  readonly faults: readonly Finding[];
}

async function openSides(database: Database, request: CompareRequest): Promise<OpenSides> {
  const { base, remote, store } = request;
  if (isStored(base, request.current) !== null)
    throw new PerennialError('PRN-DRIFT-003', {
      message: `${request.current} is a stored reference: it can only stand in the place of the reference.`,
    });
  const table = await openTable(database, request.current, { alias: 'current_rows', base, remote });
  const current = tableSide(database, table);
  const stored = isStored(base, request.reference);
  if (stored !== null) {
    const { kinds, ...reference } = await openStored(stored, request.reference);
    return { reference, current, kinds, faults: [] };
  }
  const old = await openTable(database, request.reference, { alias: 'reference_rows', base, remote });
  const shared = [...old.types.keys()].filter((column) => table.types.has(column));
  const wanted = shared.filter((column) => request.columns?.includes(column) ?? true);
  const kinds = await chooseKinds(database, { reference: old, current: table }, wanted);
  const faults = await timeFaults(database, { reference: old, current: table }, kinds);
  const reference = tableSide(database, old);
  if (store !== undefined) await storeReference(database, old, { base, folder: store, kinds });
  return { reference, current, kinds, faults };
}

function comparedColumns(
  request: CompareRequest,
  { reference, current }: { readonly reference: Side; readonly current: Side },
  kinds: ReadonlyMap<string, ComparedKind | null>,
): KindedColumn[] {
  const wanted = (column: string): boolean => request.columns?.includes(column) ?? true;
  const columns = [...kinds].flatMap(([column, kind]): KindedColumn[] =>
    kind !== null && wanted(column) && current.types.has(column) ? [{ column, kind }] : [],
  );
  if (columns.length > 0) return columns;
  const some = (side: Side): string => [...side.types.keys()].slice(0, 8).join(', ') || 'none at all';
  throw new PerennialError('PRN-DRIFT-007', {
    message: `${request.reference} has the columns ${some(reference)}; ${request.current} has ${some(current)}.`,
  });
}
