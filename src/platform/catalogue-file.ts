import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { bundledCatalogue } from '../compute/catalogue.ts';
import { type Catalogue, catalogueText, readCatalogueText } from '../compute/catalogue-text.ts';
import { PerennialError } from '../errors/error.ts';
import type { Settings } from './settings.ts';

/** Where `perennial compute refresh` leaves what it has read: PERENNIAL_COMPUTE_CATALOGUE, or a file in the state's folder. */
export function catalogueFile(settings: Settings, cwd: string): string {
  return resolve(cwd, settings.PERENNIAL_COMPUTE_CATALOGUE ?? join(settings.PERENNIAL_STATE, 'machine-types.json'));
}

/** Reads the file when it has changed; until there is one, and where it is of another region, the bundled catalogue stands for it. */
export function catalogueReader(file: string, region: string | null): () => Catalogue {
  let read: { readonly version: string; readonly catalogue: Catalogue } | null = null;
  return () => {
    const found = statSync(file, { throwIfNoEntry: false });
    if (!found) return bundledCatalogue;
    // A new file is renamed into place, so that its inode tells it apart even within one tick of the clock.
    const version = `${found.ino}:${found.mtimeMs}:${found.size}`;
    if (read?.version !== version) read = { version, catalogue: readCatalogue(file) };
    const { catalogue } = read;
    return region === null || catalogue.region === region ? catalogue : bundledCatalogue;
  };
}

/** All or nothing: who reads meanwhile sees the old file or the new one. */
export async function writeCatalogue(file: string, catalogue: Catalogue): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  try {
    const handle = await open(draft, 'wx', 0o644);
    await handle.writeFile(catalogueText(catalogue));
    await handle.sync();
    await handle.close();
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

function readCatalogue(file: string): Catalogue {
  const read = readCatalogueText(readFileSync(file, 'utf8'));
  if (!('wrong' in read)) return read;
  throw new PerennialError('PRN-COMPUTE-031', { message: `${file} is no catalogue of machine types: ${read.wrong}.` });
}
