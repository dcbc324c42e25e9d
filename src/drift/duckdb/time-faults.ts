import type { Finding } from '../../alarm/finding.ts';
import { asText, kindOf, tellsZone } from '../../dataset/duckdb/casts.ts';
import type { Database } from '../../dataset/duckdb/database.ts';
import { ident } from '../../dataset/duckdb/sql.ts';
import type { ComparedKind } from '../comparison.ts';
import type { OpenTable } from './open-table.ts';

/**
 * Times written with different zones inside of a table or between the tables: they are compared in UTC, those without a zone as if they
 * were UTC, which may be hours off.
 */
export async function timeFaults(
  database: Database,
  tables: { readonly reference: OpenTable; readonly current: OpenTable },
  kinds: ReadonlyMap<string, ComparedKind | null>,
): Promise<Finding[]> {
  const columns = [...kinds].filter(([, kind]) => kind === 'datetime').map(([column]) => column);
  const faults: Finding[] = [];
  for (const column of columns) {
    const [before, now] = [
      await zonesOf(database, tables.reference, column),
      await zonesOf(database, tables.current, column),
    ];
    const said =
      before === now
        ? 'written with a zone in some rows and without in others'
        : `the reference is written ${words[before]}, the current table ${words[now]}`;
    if (before !== now || now === 'mixed')
      faults.push({
        kind: 'quality',
        code: 'mixed-time-zones',
        column,
        segment: null,
        severity: 'warning',
        size: 1,
        says: said,
      });
  }
  return faults;
}

type Zones = 'with' | 'without' | 'mixed';
const words: Readonly<Record<Zones, string>> = {
  with: 'with a time zone',
  without: 'without a time zone',
  mixed: 'with a time zone in some rows only',
};

async function zonesOf(database: Database, table: OpenTable, column: string): Promise<Zones> {
  const kind = kindOf(table.types.get(column) ?? '');
  if (kind === 'zoned-time') return 'with';
  if (kind !== 'text' && kind !== 'json') return 'without';
  const text = asText(kind, ident(column));
  const [row] = await table.reading(() =>
    database.rows(
      `SELECT CAST(count(*) FILTER (WHERE zoned) AS DOUBLE) AS zoned, CAST(count(*) FILTER (WHERE NOT zoned) AS DOUBLE) AS plain
       FROM (SELECT ${tellsZone(text)} AS zoned FROM ${table.from([column])} WHERE ${text} <> '')`,
    ),
  );
  const [zoned, plain] = [Number(row?.zoned ?? 0), Number(row?.plain ?? 0)];
  if (zoned > 0 && plain > 0) return 'mixed';
  return zoned > 0 ? 'with' : 'without';
}
