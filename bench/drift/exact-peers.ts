import { join } from 'node:path';
import { runCapped } from '../report/child.ts';
import { compiled, repository } from '../report/place.ts';
import { lastLine, peerFolder, peerPython } from '../report/python-environment.ts';

/** One process, measured: read and compute without start and imports, and with them. */
export interface Timed {
  readonly ms: number;
  readonly wholeMs: number;
  readonly rssMiB: number;
}

export const peers = [
  { name: 'SciPy 1.17.1', folder: 'scipy' },
  { name: 'NannyML 0.13.1', folder: 'nannyml' },
  { name: 'Evidently 0.7.23', folder: 'evidently' },
] as const;

const capMs = 10 * 60_000;

/** @throws Error with its last words where it cannot be installed, or fails */
export async function timePeer(
  folder: string,
  tables: { readonly reference: string; readonly current: string; readonly categories: readonly string[] },
): Promise<Timed> {
  const script = join(peerFolder(folder), 'tables.py');
  return timed([
    await peerPython(folder),
    script,
    tables.reference,
    tables.current,
    tables.categories.join(',') || '-',
  ]);
}

export async function timeOurs(
  tables: { readonly reference: string; readonly current: string },
  folder: string,
  store = '',
): Promise<Timed> {
  return timed([
    process.execPath,
    compiled('bench/drift/compare-child.js'),
    tables.reference,
    tables.current,
    folder,
    store,
  ]);
}

async function timed(command: readonly string[]): Promise<Timed> {
  const { code, output, errors, ms } = await runCapped(command, { cwd: repository, capMs });
  if (code !== 0) throw new Error(`${command[1]} ended with ${code}: ${lastLine(errors)}`);
  const line = output.trim().split('\n').at(-1) ?? '';
  const found = JSON.parse(line) as { ms: number; rssMiB: number };
  return { ms: found.ms, rssMiB: found.rssMiB, wholeMs: ms };
}
