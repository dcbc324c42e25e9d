import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCapped } from './child.ts';
import { repository } from './place.ts';

const installCapMs = 10 * 60_000;

/** Folder of a peer's scripts and of its lock. */
export const peerFolder = (peer: string) => join(repository, 'bench', 'peers', peer);

/**
 * The interpreter of a virtual environment with exactly what the peer's lock names, made on demand and kept.
 * @throws Error with pip's last words where it cannot be made
 */
export async function peerPython(peer: string): Promise<string> {
  const folder = join(repository, 'bench', 'peers', '.venvs', peer);
  const python = join(folder, 'bin', 'python');
  const lock = join(peerFolder(peer), 'requirements.lock');
  const digest = createHash('sha256')
    .update(await readFile(lock))
    .digest('hex');
  const stamp = join(folder, '.installed');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === digest) return python;
  console.error(`installing ${peer} into ${folder} ...`);
  await rm(folder, { recursive: true, force: true });
  await mustEndWell([join(repository, '.venv', 'bin', 'python'), '-m', 'venv', folder]);
  await mustEndWell([python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', lock]);
  await writeFile(stamp, digest);
  return python;
}

async function mustEndWell(command: readonly string[]): Promise<void> {
  const { code, errors } = await runCapped(command, { cwd: repository, capMs: installCapMs });
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${lastLine(errors)}`);
}

export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
}

/** Keeps what a peer stores in `folder`, quiet, and without calls home. */
export function peerEnvironment(folder: string): Record<string, string> {
  return {
    PREFECT_HOME: folder,
    PREFECT_LOGGING_LEVEL: 'ERROR',
    PREFECT_SERVER_ANALYTICS_ENABLED: 'false',
    DAGSTER_HOME: folder,
    DAGSTER_DISABLE_TELEMETRY: '1',
    METAFLOW_HOME: folder,
    METAFLOW_USER: 'bench',
    METAFLOW_DATASTORE_SYSROOT_LOCAL: folder,
    DO_NOT_TRACK: '1',
  };
}
