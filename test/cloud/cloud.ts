import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startProgram, stopProgram } from './cloud-program.ts';
import type { CloudFault, CloudInstance, CloudPrices, CloudState } from './cloud-state.ts';

/** Lengths are seconds. */
export interface CloudOptions {
  /** Ports of this host that machines reach as 127.0.0.1:<port>; the cloud's own is always among them. */
  readonly forward?: readonly number[];
  /** How long a minute of a machine's `shutdown -P +N` lasts; 60 if absent. */
  readonly minuteSeconds?: number;
  readonly pendingSeconds?: number;
  readonly shuttingDownSeconds?: number;
  /** How long DescribeInstances does not know a new machine. */
  readonly unseenSeconds?: number;
  /** Namespaces for each machine; if absent, where this host allows them. */
  readonly namespaces?: boolean;
  /** Instance profiles that exist from the start, each with a role of its name. */
  readonly instanceProfiles?: readonly string[];
  /** What the metadata service gives to machines with an instance profile, e.g. keys of the S3 server. */
  readonly roleKeys?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** Environment of every machine, besides its own: see `guests.py`. */
  readonly guestEnv?: Readonly<Record<string, string>>;
}

/** An EC2 endpoint whose machines run their user-data; SSM, IAM and S3 of moto answer there too. */
export interface Cloud {
  /** For `endpoint` of an SDK client, inside machines as well as here; any keys will do. */
  readonly endpoint: string;
  readonly port: number;
  state(): Promise<CloudState>;
  /** @throws Error when there never was such a machine */
  instance(id: string): Promise<CloudInstance>;
  /** Replaces all faults. */
  faults(faults: readonly CloudFault[]): Promise<void>;
  /** Adds to the prices. */
  prices(prices: CloudPrices): Promise<void>;
  /** Gives a spot machine its notice; its end comes after the grace. */
  interrupt(id: string, graceSeconds: number): Promise<void>;
  /** Cuts its power. `unnoticed`: the cloud goes on showing it as running. */
  crash(id: string, options?: { readonly unnoticed?: boolean }): Promise<void>;
  /** Ends all machines, and forgets faults, prices and calls. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a cloud of its own, which ends with this process at the latest. */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-cloud-'));
  const port = await freePort();
  const program = await startProgram(settingsOf(options, folder, port));
  const endpoint = `http://127.0.0.1:${port}`;
  const tell = async (what: string, content: unknown) => void (await ask(endpoint, what, content));
  const state = async () => (await ask(endpoint, 'state')) as CloudState;
  return {
    endpoint,
    port,
    state,
    instance: async (id) => {
      const found = (await state()).instances.find((instance) => instance.id === id);
      if (!found) throw new Error(`the cloud never had a machine ${id}`);
      return found;
    },
    faults: (faults) => tell('faults', faults),
    prices: (prices) => tell('prices', prices),
    interrupt: (id, graceSeconds) => tell('interrupt', { id, graceSeconds }),
    crash: (id, { unnoticed = false } = {}) => tell('crash', { id, unnoticed }),
    clear: () => tell('clear', {}),
    stop: async () => {
      await stopProgram(program);
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

function settingsOf(options: CloudOptions, folder: string, port: number) {
  return {
    folder,
    port,
    forward: options.forward ?? [],
    minuteSeconds: options.minuteSeconds ?? 60,
    pendingSeconds: options.pendingSeconds ?? 0.1,
    shuttingDownSeconds: options.shuttingDownSeconds ?? 0.1,
    unseenSeconds: options.unseenSeconds ?? 0,
    namespaces: options.namespaces ?? null,
    instanceProfiles: options.instanceProfiles ?? [],
    roleKeys: options.roleKeys ?? null,
    guestEnv: options.guestEnv ?? {},
  };
}

async function ask(endpoint: string, what: string, content?: unknown): Promise<unknown> {
  const init = content === undefined ? {} : { method: 'POST', body: JSON.stringify(content) };
  const answer = await fetch(`${endpoint}/_cloud/${what}`, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the cloud refused ${what}: ${text}`);
  return JSON.parse(text);
}
