import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gatewayFlags } from '../gateway/node-flags.ts';
import { claimState, notePrograms, releaseState } from './ownership.ts';
import { type Ports, portsFrom, requireFree } from './ports.ts';
import { Program, type ProgramSpec } from './program.ts';
import { findTemporal } from './temporal-binary.ts';
import { temporalServerArgs } from './temporal-server.ts';
import { localToken } from './token.ts';

export interface PlatformOptions {
  /** Folder of everything that is kept. */
  readonly state: string;
  readonly portBase?: number | undefined;
  /** The trainers' interpreter; by default the one that set-up made. */
  readonly python?: string | undefined;
  readonly onEvent?: (event: PlatformEvent) => void;
  /** Ends a start that is under way: everything is stopped again, then the start fails with the signal's reason. */
  readonly signal?: AbortSignal;
}

export type PlatformEvent =
  | { readonly kind: 'starting' | 'ready'; readonly name: string; readonly ms: number }
  | { readonly kind: 'restarting'; readonly name: string; readonly why: string };

export interface Platform {
  readonly urls: {
    readonly api: string;
    readonly gateway: string;
    readonly temporalUi: string;
    readonly temporal: string;
    readonly database: string;
  };
  readonly token: string;
  /** Process ids by program name, as they are now. */
  pids(): Record<string, number | undefined>;
  stop(): Promise<void>;
}

const repository = fileURLToPath(new URL(import.meta.url.includes('/dist/') ? '../../../' : '../../', import.meta.url));
const compiled = (path: string) => join(repository, 'dist', path);

/** The embedded platform: every program as a child of this process, in an order that lets each find what it needs. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const state = resolve(options.state);
  const ports = portsFrom(options.portBase);
  await mkdir(join(state, 'logs'), { recursive: true });
  await claimState(state);
  const urls = urlsOf(ports);
  const programs: Program[] = [];
  const pids = () => Object.fromEntries(programs.map((program) => [program.spec.name, program.pid]));
  const stop = async () => {
    // Workers and servers first: they drain while database and Temporal still answer.
    const [foundations, others] = [programs.slice(0, 2), programs.slice(2)];
    await Promise.all(others.map((program) => program.stop()));
    await Promise.all(foundations.map((program) => program.stop()));
    await releaseState(state);
  };
  try {
    await requireFree(ports);
    const token = await localToken(state);
    for (const spec of programsOf(state, ports, options.python ?? setUpPython())) {
      const died = (why: string) => options.onEvent?.({ kind: 'restarting', name: spec.name, why });
      programs.push(new Program(spec, { spawned: () => notePrograms(state, pids()), died }));
    }
    const startAll = (group: readonly Program[]) =>
      unlessAborted(Promise.all(group.map((program) => startOne(program, options.onEvent))), options.signal);
    await startAll(programs.slice(0, 2));
    await startAll(programs.slice(2));
    await writeFile(join(state, 'urls.json'), JSON.stringify(urls, null, 2));
    return { urls, token, pids, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await work;
  // Programs that are stopped while they start fail to become ready: nobody asks any more.
  work.catch(() => undefined);
  signal.throwIfAborted();
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );
  return await Promise.race([work, aborted]);
}

async function startOne(program: Program, onEvent: PlatformOptions['onEvent']): Promise<void> {
  const startedAt = Date.now();
  onEvent?.({ kind: 'starting', name: program.spec.name, ms: 0 });
  await program.start();
  onEvent?.({ kind: 'ready', name: program.spec.name, ms: Date.now() - startedAt });
}

function urlsOf(ports: Ports): Platform['urls'] {
  return {
    api: `http://127.0.0.1:${ports.api}`,
    gateway: `http://127.0.0.1:${ports.gateway}`,
    temporalUi: `http://127.0.0.1:${ports.temporalUi}`,
    temporal: `127.0.0.1:${ports.temporal}`,
    database: `postgresql://postgres@127.0.0.1:${ports.database}/postgres`,
  };
}

/** Database and Temporal first; the others find both ready. */
function programsOf(state: string, ports: Ports, python: string): ProgramSpec[] {
  const urls = urlsOf(ports);
  const shared = {
    TEMPORAL_ADDRESS: urls.temporal,
    TEMPORAL_NAMESPACE: 'default',
    PERENNIAL_DATABASE_URL: urls.database,
    // Machines that are rented elsewhere cannot read a folder of this one: who sets a store of his own has it here too.
    PERENNIAL_STORE: process.env.PERENNIAL_STORE || pathToFileURL(join(state, 'objects')).href,
    PERENNIAL_STATE: state,
    PERENNIAL_HOST: '127.0.0.1',
    PERENNIAL_PYTHON: python,
    PERENNIAL_API_URL: urls.api,
    PERENNIAL_GATEWAY_URL: urls.gateway,
    PERENNIAL_TEMPORAL_UI_URL: urls.temporalUi,
  };
  const ours = (name: string, module: string, port?: number, flags: readonly string[] = []): ProgramSpec => ({
    name,
    log: join(state, 'logs', `${name}.log`),
    env: { ...shared, PERENNIAL_NAME: name, ...(port === undefined ? {} : { PERENNIAL_PORT: `${port}` }) },
    start: { module: compiled(module), flags },
  });
  return [
    ours('database', 'src/platform/database-main.js', ports.database),
    {
      name: 'temporal',
      log: join(state, 'logs', 'temporal.log'),
      env: {},
      start: {
        binary: findTemporal(),
        port: ports.temporal,
        args: temporalServerArgs({
          databaseFile: join(state, 'temporal.db'),
          port: ports.temporal,
          uiPort: ports.temporalUi,
        }),
      },
    },
    ours('control', 'workers/control.js'),
    ours('training', 'workers/training.js'),
    ours('api', 'src/api/main.js', ports.api),
    ours('gateway', 'src/gateway/main.js', ports.gateway, gatewayFlags),
  ];
}

function setUpPython(): string {
  const own = join(repository, '.venv', 'bin', 'python');
  return existsSync(own) ? own : 'python3';
}

/** Forgets everything that an embedded platform has kept. */
export async function eraseState(state: string): Promise<void> {
  await rm(state, { recursive: true, force: true });
}

export async function readUrls(state: string): Promise<Platform['urls'] | null> {
  return await readFile(join(state, 'urls.json'), 'utf8').then(
    (text) => JSON.parse(text) as Platform['urls'],
    () => null,
  );
}
