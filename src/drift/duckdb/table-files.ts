import { existsSync, statSync } from 'node:fs';
import { extname, isAbsolute, join, resolve } from 'node:path';
import type { Database } from '../../dataset/duckdb/database.ts';
import type { SourceFormat } from '../../dataset/duckdb/scan.ts';
import { text } from '../../dataset/duckdb/sql.ts';
import type { RemoteFiles } from '../../dataset/remote-files.ts';
import { PerennialError } from '../../errors/error.ts';

export interface TableFiles {
  readonly files: readonly string[];
  readonly format: SourceFormat;
  readonly bytes: number;
}

/**
 * Finds the files of a table: a file, a folder, a pattern, or several of them with commas between; s3: URIs are copied here first.
 * @throws PRN-DRIFT-003 for no file, PRN-DRIFT-004 for an unknown format or several
 */
export async function findTableFiles(
  database: Database,
  name: string,
  { base, remote }: { readonly base: string; readonly remote?: RemoteFiles | undefined },
): Promise<TableFiles> {
  const parts = existsSync(resolve(base, name)) ? [name] : name.split(',').map((part) => part.trim());
  const found: string[] = [];
  for (const part of parts) {
    const files = /^s3:\/\//i.test(part) && remote ? await remote.copies(part) : await localFiles(database, base, part);
    if (files.length === 0) throw new PerennialError('PRN-DRIFT-003', { message: `No file matches "${part}".` });
    found.push(...files);
  }
  const files = [...new Set(found)];
  return { files, format: formatOf(files), bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) };
}

async function localFiles(database: Database, base: string, part: string): Promise<readonly string[]> {
  const bare = part.replace(/^file:(\/\/)?/, '');
  const path = isAbsolute(bare) ? bare : resolve(base, bare);
  if (existsSync(path)) return statSync(path).isDirectory() ? tablesBelow(database, path) : [path];
  return glob(database, path);
}

/** A folder's tables are those of one format: notes and checksums may lie beside them. */
async function tablesBelow(database: Database, folder: string): Promise<readonly string[]> {
  const all = await glob(database, join(folder, '**'));
  return all.filter((file) => formatByExtension.has(extension(file)));
}

async function glob(database: Database, pattern: string): Promise<readonly string[]> {
  const rows = await database.rows(`SELECT file FROM glob(${text(pattern)}) ORDER BY file`);
  return rows.map(({ file }) => String(file)).filter((file) => statSync(file).isFile());
}

const formatByExtension: ReadonlyMap<string, SourceFormat> = new Map([
  ['.parquet', 'parquet'],
  ['.pq', 'parquet'],
  ['.csv', 'csv'],
  ['.jsonl', 'json'],
  ['.ndjson', 'json'],
  ['.json', 'json'],
]);

function formatOf(files: readonly string[]): SourceFormat {
  const formats = new Set(files.map((file) => formatByExtension.get(extension(file)) ?? file));
  const [format] = formats;
  const known = [...formatByExtension.values()].find((each) => each === format);
  if (formats.size === 1 && known !== undefined) return known;
  const message =
    formats.size === 1
      ? `The format of ${format} is not known.`
      : `One table cannot be of ${[...formats].slice(0, 3).join(' and ')} files.`;
  throw new PerennialError('PRN-DRIFT-004', { message });
}

/** Of `rows.csv.gz` that of the file inside. */
function extension(file: string): string {
  return extname(file.replace(/\.(gz|zst)$/i, '')).toLowerCase();
}
