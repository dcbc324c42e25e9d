import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isPerennialError, PerennialError } from '../../errors/error.ts';
import type { GatewayStore, RouteSource, ServedVersion } from '../ports.ts';
import { isUpstream } from '../served-at.ts';
import { versionFolder, writeWhole } from './state-folder.ts';
import { within } from './within.ts';

/** A version whose model file lies on this machine. */
export interface StoredVersion {
  readonly record: ServedVersion;
  readonly modelPath: string;
}

const longestRegistryMs = 5_000;
const longestFetchMs = 120_000;

export interface VersionFilesOptions {
  readonly source: Pick<RouteSource, 'version'>;
  readonly store: Pick<GatewayStore, 'get'>;
  readonly stateFolder: string;
  /** Milliseconds after which a silent registry counts as down, when the version is on disk. */
  readonly registryMs?: number;
}

/**
 * Brings a version to this machine, or finds it there. The registry is asked first - the same number may name another version after a
 * registry was rebuilt - but when it does not answer, what is on disk is served.
 * @throws PRN-GATEWAY-005 when the version is neither on disk nor to be had
 */
export async function obtainVersion(
  model: string,
  version: number,
  options: VersionFilesOptions,
): Promise<StoredVersion> {
  const folder = versionFolder(options.stateFolder, model, version);
  const modelPath = join(folder, 'model.onnx');
  const kept = await readKept(folder, modelPath);
  const record = await currentRecord(model, version, kept, options);
  if (kept !== null && kept.artifactDigest === record.artifactDigest && kept.artifact === record.artifact) {
    return { record: await decidingAs(record, kept, folder), modelPath };
  }
  // Nothing to fetch: another server has the model. What is known of it is kept for days without a registry.
  if (isUpstream(record.artifact)) {
    await writeWhole(join(folder, 'version.json'), JSON.stringify(pick(record)));
    return { record, modelPath };
  }
  const key = `${record.artifact.replace(/\/+$/, '')}/model.onnx`;
  try {
    await writeWhole(modelPath, await within(options.store.get(key), longestFetchMs));
    await writeWhole(join(folder, 'version.json'), JSON.stringify(pick(record)));
  } catch (error) {
    throw unobtainable(model, version, `its file ${key} cannot be fetched`, error);
  }
  return { record, modelPath };
}

async function currentRecord(
  model: string,
  version: number,
  kept: ServedVersion | null,
  { source, registryMs = 500 }: VersionFilesOptions,
): Promise<ServedVersion> {
  if (kept !== null) return within(source.version(model, version), registryMs).catch(() => kept);
  return within(source.version(model, version), longestRegistryMs).catch((error: unknown) => {
    throw unobtainable(model, version, 'the registry has no record of it to give', error);
  });
}

async function readKept(folder: string, modelPath: string): Promise<ServedVersion | null> {
  try {
    const record: ServedVersion = JSON.parse(await readFile(join(folder, 'version.json'), 'utf8'));
    if (!isUpstream(record.artifact)) await stat(modelPath);
    return record;
  } catch {
    return null;
  }
}

/** A version that was fetched before it was evaluated had no threshold yet. What cannot be written is learned again with the next start. */
async function decidingAs({ threshold }: ServedVersion, kept: ServedVersion, folder: string): Promise<ServedVersion> {
  if (threshold?.threshold === kept.threshold?.threshold) return kept;
  const record = pick({ ...kept, threshold });
  await writeWhole(join(folder, 'version.json'), JSON.stringify(record)).catch(() => undefined);
  return record;
}

function pick({ model, version, artifact, artifactDigest, signature, threshold }: ServedVersion): ServedVersion {
  return { model, version, artifact, artifactDigest, signature, ...(threshold ? { threshold } : {}) };
}

function unobtainable(model: string, version: number, why: string, cause: unknown): PerennialError {
  const reason = isPerennialError(cause) ? `${cause.code} ${cause.message}` : String(cause);
  return new PerennialError('PRN-GATEWAY-005', {
    message: `Version ${version} of ${model} cannot be served: ${why} (${reason}).`,
    cause,
  });
}
