import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Route } from '../../registry/registry.ts';
import type { SegmentSplit } from '../segments.ts';

/** What a restarted gateway must know while the registry is down. */
export interface GatewayMemory {
  readonly routes: readonly Route[];
  /** By model: the rollout that this gateway dropped by itself, and why. */
  readonly halted: Readonly<
    Record<string, { readonly rollout: string; readonly reason: string; readonly reported: boolean }>
  >;
  /** By model: columns that must not be logged. */
  readonly sensitive: Readonly<Record<string, readonly string[]>>;
  /** By model: which feature tells which segment answers. Absent: none has segments. */
  readonly segments?: Readonly<Record<string, SegmentSplit>>;
}

const nothing: GatewayMemory = { routes: [], halted: {}, sensitive: {} };

export async function readMemory(stateFolder: string): Promise<GatewayMemory> {
  try {
    const memory: Partial<GatewayMemory> = JSON.parse(await readFile(memoryPath(stateFolder), 'utf8'));
    return { ...nothing, ...memory };
  } catch {
    // Absent or unreadable: the registry will tell.
    return nothing;
  }
}

export async function writeMemory(stateFolder: string, memory: GatewayMemory): Promise<void> {
  await writeWhole(memoryPath(stateFolder), JSON.stringify(memory, null, 1));
}

/** A killed gateway leaves the old file or the new one, never half a file. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID().slice(0, 8)}.part`;
  await writeFile(draft, content);
  await rename(draft, path);
}

/** Model names come from files that people write: none of them may leave its folder. */
export function versionFolder(stateFolder: string, model: string, version: number): string {
  return join(stateFolder, 'versions', encodeURIComponent(model).replaceAll('.', '%2E'), String(version));
}

function memoryPath(stateFolder: string): string {
  return join(stateFolder, 'memory.json');
}
