import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PerennialError } from '../../errors/error.ts';
import type { Window } from '../dataset.ts';
import type { RemoteFiles } from '../remote-files.ts';
import { daysOf } from '../windows.ts';
import type { Database } from './database.ts';
import { text } from './sql.ts';

/** The files of a source that cover a window. */
export interface SourceFiles {
  readonly files: readonly string[];
  /** Days that have a file, in order; `null` when the source is not split by day. */
  readonly days: ReadonlySet<string> | null;
  /** The path patterns that were looked up. */
  readonly patterns: readonly string[];
}

/**
 * Finds the files of a window: one pattern per UTC day where `uri` holds `{date}`, else the one pattern.
 * Files behind an s3: URI are copied to this machine by `remote` first.
 * @throws PRN-DATASET-003 for anything but a path, a file: URI or, with `remote`, an s3: URI
 */
export async function findSourceFiles(
  database: Database,
  source: { readonly uri: string; readonly base: string; readonly window: Window },
  remote?: RemoteFiles,
): Promise<SourceFiles> {
  const isRemote = remote !== undefined && /^s3:\/\//i.test(source.uri);
  const pattern = isRemote ? source.uri : sourcePattern(source.uri, source.base);
  const byDay = pattern.includes('{date}');
  const days = byDay ? daysOf(source.window) : [''];
  const patterns = days.map((day) => pattern.replaceAll('{date}', day));
  if (patterns.length === 0) return { files: [], days: new Set(), patterns };
  const found = isRemote ? await copies(remote, patterns) : await lookUp(database, patterns);
  const covered = new Set(days.filter((_, index) => (found[index] ?? []).length > 0));
  return { files: [...new Set(found.flat())], days: byDay ? covered : null, patterns };
}

/** The local files of each pattern, in order. */
async function lookUp(database: Database, patterns: readonly string[]): Promise<string[][]> {
  const lookUps = patterns.map((glob, index) => `SELECT ${index} AS pattern, file FROM glob(${text(glob)})`);
  const rows = await database.rows(`${lookUps.join(' UNION ALL ')} ORDER BY pattern, file`);
  const found: string[][] = patterns.map(() => []);
  for (const { pattern, file } of rows) found[Number(pattern)]?.push(String(file));
  return found;
}

/** One pattern after the other: each already copies several files at once. */
async function copies(remote: RemoteFiles, patterns: readonly string[]): Promise<(readonly string[])[]> {
  const found: (readonly string[])[] = [];
  for (const pattern of patterns) found.push(await remote.copies(pattern));
  return found;
}

/** Days of a window without a file; none for a source that is not split by day. */
export function missingDays(source: SourceFiles, window: Window): string[] {
  const { days } = source;
  return days === null ? [] : daysOf(window).filter((day) => !days.has(day));
}

/** The error for a window of which nothing was found. */
export function noFiles(source: SourceFiles, window: Window): PerennialError {
  const { patterns } = source;
  const shown = patterns.length <= 2 ? patterns : [patterns[0], '...', patterns.at(-1)];
  return new PerennialError('PRN-DATASET-001', {
    message: `no file of the source covers ${window.from} to ${window.to}; tried ${patterns.length === 1 ? '' : `${patterns.length} paths: `}${shown.join(', ')}`,
    details: { window, tried: patterns },
  });
}

function sourcePattern(uri: string, base: string): string {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(uri)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'file') {
    throw new PerennialError('PRN-DATASET-003', {
      message: `the source "${uri}" has the scheme "${scheme}:", which cannot be read here`,
    });
  }
  if (/^file:\/\//i.test(uri)) return urlPath(uri);
  const path = scheme === undefined ? uri : uri.slice('file:'.length);
  return isAbsolute(path) ? path : resolve(base, path);
}

function urlPath(uri: string): string {
  try {
    // "?" is a wildcard here, not the start of a query.
    return fileURLToPath(uri.replaceAll('?', '%3F').replaceAll('#', '%23'));
  } catch (cause) {
    throw new PerennialError('PRN-DATASET-003', {
      message: `the source "${uri}" is not a file: URI of this machine`,
      cause,
    });
  }
}
