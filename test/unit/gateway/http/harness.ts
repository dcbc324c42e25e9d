import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PerennialError } from '../../../../src/errors/error.ts';
import { type GatewayOptions, type RunningGateway, startGateway } from '../../../../src/gateway/http/start-gateway.ts';
import type { GatewayStore, RouteSource, ServedVersion } from '../../../../src/gateway/ports.ts';
import type { Signature } from '../../../../src/gateway/predictor.ts';
import type { LabelLine, RequestLogLine } from '../../../../src/gateway/request-log.ts';
import type { Route } from '../../../../src/registry/registry.ts';

export const model = 'colours';

export const signature: Signature = {
  task: 'binary-classification',
  features: [
    { name: 'a', type: 'numeric' },
    { name: 'b', type: 'numeric' },
    { name: 'c', type: 'categorical' },
  ],
  classes: ['no', 'yes'],
};

export const row = { a: 0, b: 0, c: 'red' };

/** What the good fixture answers for a row with numbers: the formula of test/fixtures/onnx/make.py. */
export function goodScore({ a, b, c }: { a: number; b: number; c: string }): number {
  const effects: Readonly<Record<string, number>> = { red: 0.5, green: -0.5, blue: 1.5 };
  return 1 / (1 + Math.exp(-(2 * a - b + (effects[c] ?? 0))));
}

export function fixture(name: string): string {
  return join(import.meta.dirname, '../../../fixtures/onnx', `${name}.onnx`);
}

/** A registry in memory that can go down, in either way: refusing or silent. */
export class FakeRegistry implements RouteSource {
  state: 'up' | 'down' | 'silent' = 'up';
  readonly halts: { rollout: string; reason: string; by: string }[] = [];
  sensitive: string[] = [];
  callers: Awaited<ReturnType<NonNullable<RouteSource['consumers']>>> = [];
  readonly seen: { model: string; consumer: string; requests: number }[] = [];
  route: Route = {
    model,
    segment: '',
    rev: 1,
    stable: 1,
    canary: null,
    weight: 0,
    shadow: null,
    rollout: null,
    leaseUntil: null,
    halted: null,
  };
  readonly versions = new Map<number, ServedVersion>();

  /** Version numbers by the name of their fixture. */
  constructor(fixtures: Readonly<Record<number, string>>) {
    for (const [version, name] of Object.entries(fixtures)) this.add(Number(version), name);
  }

  add(version: number, name: string, own: Signature = signature): void {
    this.versions.set(version, { model, version, artifact: `models/${name}/`, artifactDigest: name, signature: own });
  }

  /** Every change raises the rev, as the registry does. */
  move(change: Partial<Route>): void {
    this.route = { ...this.route, rev: this.route.rev + 1, ...change };
  }

  canary(version: number, weight: number, leaseMs = 60_000): void {
    this.move({ canary: version, weight, rollout: 'r7', leaseUntil: new Date(Date.now() + leaseMs).toISOString() });
  }

  shadow(version: number): void {
    this.move({ shadow: version, rollout: 'r7', leaseUntil: new Date(Date.now() + 60_000).toISOString() });
  }

  async routes(): Promise<Route[]> {
    await this.#answer();
    return [this.route];
  }

  async version(_: string, version: number): Promise<ServedVersion> {
    await this.#answer();
    const found = this.versions.get(version);
    if (found === undefined) throw new PerennialError('PRN-GATEWAY-003', { message: `no version ${version}` });
    return found;
  }

  async model(): Promise<{ plan: { file: { data: { sensitive: string[] } } } }> {
    await this.#answer();
    return { plan: { file: { data: { sensitive: this.sensitive } } } };
  }

  async consumers(): Promise<FakeRegistry['callers']> {
    await this.#answer();
    return this.callers;
  }

  async sawConsumers(seen: FakeRegistry['seen']): Promise<void> {
    await this.#answer();
    this.seen.push(...seen);
  }

  async haltRollout(_: string, rollout: string, reason: string, by: { readonly name: string }): Promise<void> {
    await this.#answer();
    this.halts.push({ rollout, reason, by: by.name });
  }

  #answer(): Promise<void> {
    if (this.state === 'down') return Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:5432'));
    return this.state === 'up' ? Promise.resolve() : new Promise(() => undefined);
  }
}

/** An object store in memory; models come from the fixtures. */
export class FakeStore implements GatewayStore {
  down = false;
  readonly objects = new Map<string, string>();

  async get(key: string): Promise<Uint8Array> {
    if (this.down) throw new Error('store down');
    return readFile(fixture(key.split('/')[1] ?? ''));
  }

  async put(key: string, content: Uint8Array | { readonly path: string }): Promise<'written' | 'exists'> {
    if (this.down) throw new Error('store down');
    if (this.objects.has(key)) return 'exists';
    const bytes = content instanceof Uint8Array ? content : await readFile(content.path);
    this.objects.set(key, Buffer.from(bytes).toString('utf8'));
    return 'written';
  }

  lines(): RequestLogLine[] {
    return this.#parsed('requests/');
  }

  labels(): LabelLine[] {
    return this.#parsed('labels/');
  }

  #parsed<T>(prefix: string): T[] {
    const texts = [...this.objects].filter(([key]) => key.startsWith(prefix)).map(([, text]) => text);
    return texts.flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line) as T);
  }
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // The tests look into bodies of many shapes.
  readonly body: Record<string, unknown>;
}

export interface Bench {
  readonly registry: FakeRegistry;
  readonly store: FakeStore;
  readonly stateFolder: string;
  start(options?: Partial<GatewayOptions>): Promise<RunningGateway>;
  clean(): Promise<void>;
}

/** One registry, store and state folder; gateways started on it are closed by `clean`. */
export async function bench(fixtures: Readonly<Record<number, string>>, program?: string): Promise<Bench> {
  const registry = new FakeRegistry(fixtures);
  const store = new FakeStore();
  const stateFolder = await mkdtemp(join(tmpdir(), 'perennial-gateway-'));
  const running: RunningGateway[] = [];
  return {
    registry,
    store,
    stateFolder,
    async start(options = {}) {
      const gateway = await startGateway({
        routes: registry,
        store,
        port: 0,
        host: '127.0.0.1',
        stateFolder,
        name: 'gw',
        pollMs: 20,
        ...(program && { challengerProgram: program }),
        ...options,
        // A loaded machine lags without having been asked too much.
        limits: { lagMs: 60_000, ...options.limits },
      });
      running.push(gateway);
      return gateway;
    },
    async clean() {
      await Promise.all(running.map((gateway) => gateway.close()));
      await rm(stateFolder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export async function call(url: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answered> {
  const init =
    body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(url, { ...init, headers: { 'content-type': 'application/json', ...headers } });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text.startsWith('{') ? JSON.parse(text) : { text },
  };
}

export function predict(gateway: RunningGateway, body: unknown, headers?: Record<string, string>): Promise<Answered> {
  return call(`${gateway.url}/v1/models/${model}/predict`, body, headers);
}

export async function until<T>(look: () => T | Promise<T>, holds: (value: T) => boolean, ms = 5_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(value)} after ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** What `GET /v1/routes` says of the model. */
export async function served(gateway: RunningGateway): Promise<Record<string, unknown>> {
  const { body } = await call(`${gateway.url}/v1/routes`);
  return (body.models as Record<string, unknown>[])[0] ?? {};
}

/** Compiles programs that run beside the tests, because Node 20 cannot run TypeScript; they must lie below the repository's package.json. */
export async function compileProgram(
  ...entries: readonly string[]
): Promise<{ readonly folder: string; readonly program: string; remove(): Promise<void> }> {
  const root = join(import.meta.dirname, '../../../..');
  const folder = join(root, '.perennial', `test-program-${process.pid}`);
  const options = '--ignoreConfig --noCheck --skipLibCheck --module nodenext --target es2023 --types node --rootDir .';
  const rewrite = '--rewriteRelativeImportExtensions --allowImportingTsExtensions';
  const flags = `${options} ${rewrite}`.split(' ');
  const compiler = join(root, 'node_modules/typescript7/bin/tsc');
  const files = entries.length > 0 ? entries : ['src/gateway/onnx/challenger-program.ts'];
  await promisify(execFile)(process.execPath, [compiler, ...flags, '--outDir', folder, ...files], { cwd: root });
  return {
    folder,
    program: join(folder, 'src/gateway/onnx/challenger-program.js'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
