import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesystemStore } from '../artifacts/filesystem/store.ts';
import type { ObjectStore } from '../artifacts/object-store.ts';
import { PerennialError } from '../errors/error.ts';
import { connectRegistry, migrate } from '../registry/postgres/registry.ts';
import type { Registry } from '../registry/registry.ts';
import type { Settings } from './settings.ts';

/** From settings to the technologies behind the ports: the only place that reads URLs of stores and databases. */

export function openStore({ PERENNIAL_STORE }: Pick<Settings, 'PERENNIAL_STORE'>): ObjectStore {
  if (!PERENNIAL_STORE.startsWith('file:'))
    throw new PerennialError('PRN-ARTIFACTS-002', {
      message: `PERENNIAL_STORE is "${PERENNIAL_STORE}"; this version keeps objects in folders, e.g. file:/var/lib/perennial/objects.`,
    });
  const path = PERENNIAL_STORE.startsWith('file://')
    ? fileURLToPath(PERENNIAL_STORE)
    : PERENNIAL_STORE.slice('file:'.length);
  return filesystemStore(resolve(path));
}

export async function openRegistry({
  PERENNIAL_DATABASE_URL: connectionString,
}: Pick<Settings, 'PERENNIAL_DATABASE_URL'>): Promise<Registry> {
  await migrate(connectionString);
  return await connectRegistry({ connectionString });
}
