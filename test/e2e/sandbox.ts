import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PerennialClient } from '../../src/client/index.ts';
import { type Platform, type PlatformEvent, startPlatform } from '../../src/platform/platform.ts';
import { isListening } from '../../src/platform/program.ts';
import { writeParcels } from './parcels.ts';
import { isAlive, notedPids } from './processes.ts';

export const repository = join(import.meta.dirname, '../..');

/** A folder of its own, with a space in its path: data, model files, and the platform's state. */
export interface Sandbox {
  readonly folder: string;
  readonly state: string;
  /** Path of a model file that was copied here. */
  model(file: string): string;
  remove(): Promise<void>;
}

export async function openSandbox(...copied: readonly string[]): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'perennial e2e '));
  const state = join(folder, 'state');
  await writeParcels(folder);
  for (const path of copied) await cp(join(repository, path), join(folder, basename(path)), { recursive: true });
  return {
    folder,
    state,
    model: (file) => join(folder, file),
    remove: async () => {
      // After a test that failed half-way something may still run from here.
      for (const pid of Object.values(await notedPids(state).catch(() => ({})))) {
        if (isAlive(pid)) process.kill(pid, 'SIGKILL');
      }
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

export interface Running {
  readonly platform: Platform;
  readonly client: PerennialClient;
  /** Programs that died and came back, in order. */
  readonly restarts: readonly { readonly name: string; readonly why: string; readonly atMs: number }[];
}

export async function startRunning({ state }: Sandbox, portBase?: number): Promise<Running> {
  const restarts: { name: string; why: string; atMs: number }[] = [];
  const onEvent = (event: PlatformEvent) => {
    if (event.kind === 'restarting') restarts.push({ name: event.name, why: event.why, atMs: Date.now() });
  };
  const platform = await startPlatform({ state, portBase: portBase ?? (await freePortBase()), onEvent });
  return { platform, client: clientOf(platform, platform.token), restarts };
}

export function clientOf({ urls }: Platform, token: string): PerennialClient {
  return new PerennialClient({ url: urls.api, gatewayUrl: urls.gateway, token, env: {} });
}

/** Five ports in a row that nobody listens on, below those that the system hands out. */
export async function freePortBase(): Promise<number> {
  for (let base = 20_000 + (process.pid % 1_000) * 10; base < 32_000; base += 10) {
    const taken = await Promise.all([0, 1, 2, 3, 4].map((offset) => isListening(base + offset)));
    if (!taken.includes(true)) return base;
  }
  throw new Error('no five free ports in a row');
}

/** Shows the end of every program's log when a test has failed; for `afterEach`. */
export async function showLogs({ state }: Sandbox, failed: boolean): Promise<void> {
  if (!failed) return;
  const logs = join(state, 'logs');
  for (const file of await readdir(logs).catch((): string[] => [])) {
    const text = await readFile(join(logs, file), 'utf8').catch(() => '');
    console.error(`--- ${file}\n${text.split('\n').slice(-25).join('\n')}`);
  }
}
