import type { ModelFile } from '../../plan/schema.ts';
import type { Database } from './database.ts';
import { ident, text, textList } from './sql.ts';

export type SourceFormat = ModelFile['data']['source']['format'];

/**
 * SQL of a subquery that reads files as one table with the columns of all of them. Text formats are read as text, so that types come
 * from the model file, never from a guess over the first rows.
 */
export async function scanFiles(database: Database, format: SourceFormat, files: readonly string[]): Promise<string> {
  if (format === 'csv') return scanCsv(database, files);
  const shared = 'union_by_name = true, hive_partitioning = false';
  return format === 'parquet'
    ? `(FROM read_parquet(${textList(files)}, ${shared}))`
    : `(FROM read_json(${textList(files)}, ${shared}, format = 'newline_delimited', maximum_depth = 1, sample_size = -1))`;
}

/**
 * DuckDB's sniffer would take a damaged file for a sound one of another dialect. With the columns of the header spelled out, a row that
 * has more or fewer values is an error.
 */
async function scanCsv(database: Database, files: readonly string[]): Promise<string> {
  const headers = await readHeaders(database, files);
  const sameHeader = new Map<string, string[]>();
  for (const file of files) {
    const header = headers.get(file);
    if (header === undefined) throw new Error(`the file has no header line: ${file}`);
    sameHeader.set(header, [...(sameHeader.get(header) ?? []), file]);
  }
  const scans = [...sameHeader].map(([header, group]) => {
    const columns = splitHeader(header).map((name) => `${ident(name)}: 'VARCHAR'`);
    return `FROM read_csv(${textList(group)}, auto_detect = false, header = true, columns = {${columns.join(', ')}}, ${dialect})`;
  });
  return `(${scans.join(' UNION ALL BY NAME ')})`;
}

/** The column names of a CSV file, as its first line spells them; none for a file without a line. */
export async function readHeader(database: Database, file: string): Promise<readonly string[]> {
  const line = (await readHeaders(database, [file])).get(file);
  return line === undefined ? [] : splitHeader(line);
}

const dialect = `delim = ',', quote = '"', escape = '"', hive_partitioning = false`;

/** The first line of each file, as it stands. One reader after the other: DuckDB would give each a buffer of 32 MiB at the same time. */
async function readHeaders(database: Database, files: readonly string[]): Promise<ReadonlyMap<string, string>> {
  // A delimiter that no header has makes the whole line one value; several threads would race for the first one where order is not kept.
  const whole = `auto_detect = false, header = false, parallel = false, columns = {line: 'VARCHAR'}, delim = '\u0001', quote = '', escape = ''`;
  const headers = new Map<string, string>();
  for (const file of files) {
    const [row] = await database.rows(`FROM read_csv(${text(file)}, ${whole}, strict_mode = false) LIMIT 1`);
    if (row) headers.set(file, String(row.line));
  }
  return headers;
}

/** Splits a header by RFC 4180. */
function splitHeader(line: string): string[] {
  const names = line
    .replace(/^\u{FEFF}/u, '')
    .trimEnd()
    .matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...names].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}
