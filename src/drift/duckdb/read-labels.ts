import { type DatabaseOptions, withDatabase } from '../../dataset/duckdb/database.ts';
import { ident } from '../../dataset/duckdb/sql.ts';
import type { RemoteFiles } from '../../dataset/remote-files.ts';
import { PerennialError } from '../../errors/error.ts';
import { type OpenTable, openTable } from './open-table.ts';

export interface LabelTable {
  /** A file, a folder, a pattern, several with commas between. */
  readonly table: string;
  /** Where relative paths start. */
  readonly base: string;
  readonly remote?: RemoteFiles | undefined;
  /** Columns: of the request's id, and of what really happened. */
  readonly id: string;
  readonly label: string;
}

export interface TableLabel {
  readonly id: string;
  readonly label: string | number;
}

/**
 * Reads a table's labels, some thousand at a time, in its order; rows without id or label are passed over.
 * @returns rows of the table
 * @throws PRN-DRIFT-003 to 006 and 009, PRN-DATASET-002 naming a file that cannot be read
 */
export async function readLabels(
  { table: name, base, remote, id, label }: LabelTable,
  options: DatabaseOptions,
  take: (labels: readonly TableLabel[]) => Promise<void>,
): Promise<number> {
  return withDatabase(options, async (database) => {
    const table = await openTable(database, name, { alias: 'labels', base, remote });
    for (const column of [id, label]) requireColumn(table, column);
    const given = `(SELECT ${textSql(table, id)} AS id, ${textSql(table, label)} AS label FROM ${table.from([id, label])})`;
    const [seen] = await table.reading(() =>
      database.rows(`SELECT bool_and(${asNumber} IS NOT NULL) AS numbers FROM ${given} WHERE label IS NOT NULL`),
    );
    const value = seen?.numbers === true ? asNumber : 'label';
    const sql = `SELECT id, ${value} FROM ${given} WHERE id IS NOT NULL AND label IS NOT NULL`;
    const result = await table.reading(() => database.connection.stream(sql));
    const next = () => table.reading(() => result.fetchChunk());
    for (let chunk = await next(); chunk && chunk.rowCount > 0; chunk = await next())
      await take(chunk.getRows().map(([key, value]) => ({ id: String(key), label: value as string | number })));
    return table.rows;
  });
}

/** A name such as 007 is no number. */
const asNumber = `if(regexp_matches(label, '^-?0[0-9]'), NULL, TRY_CAST(label AS DOUBLE))`;

function requireColumn({ name, types }: OpenTable, column: string): void {
  if (types.has(column)) return;
  const message = `${name} has no column "${column}"; it has ${[...types.keys()].join(', ')}.`;
  throw new PerennialError('PRN-DRIFT-009', { message });
}

/** As the gateway's answers have it: truth is 0 and 1. */
function textSql({ types }: OpenTable, name: string): string {
  const column = ident(name);
  const type = types.get(name);
  if (type === 'BOOLEAN') return `CAST(CAST(${column} AS INTEGER) AS VARCHAR)`;
  if (type !== 'JSON') return `CAST(${column} AS VARCHAR)`;
  return `CASE json_type(${column}) WHEN 'BOOLEAN' THEN if(${column} = 'true', '1', '0') ELSE ${column} ->> '$' END`;
}
