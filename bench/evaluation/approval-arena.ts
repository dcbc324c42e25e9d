import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { type RunningApi, startApi } from '../../src/api/http/start.ts';
import { filesystemStore } from '../../src/artifacts/filesystem/store.ts';
import { PerennialClient } from '../../src/client/client.ts';
import { connectRegistry } from '../../src/registry/postgres/registry.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { type Child, forkReady } from '../report/child.ts';
import { compiled, freePorts } from '../report/place.ts';
import { withTemporal } from '../report/temporal-server.ts';
import { type Person, people } from './approval-script.ts';

/** Temporal, registry and API as they run in production; two control workers, of which one is killed every few seconds: all that is in flight meets it. */
export interface Arena {
  readonly temporal: Client;
  readonly registry: Registry;
  as(person: Person): PerennialClient;
  killed(): number;
}

export async function inArena<T>(use: (arena: Arena) => Promise<T>): Promise<T> {
  return await withTemporal('ours', async ({ address, folder }) => {
    const { connectionString, database } = await startDatabase(folder);
    const registry = await connectRegistry({ connectionString, maxConnections: 8 });
    const connection = await Connection.connect({ address });
    const temporal = new Client({ connection });
    const objects = join(folder, 'objects');
    const api = await startApi({ registry, store: filesystemStore(objects), temporal, host: '127.0.0.1', port: 0 });
    await saveTokens(registry);
    const workers = new Workers([address, connectionString, objects], join(folder, 'workers.log'));
    try {
      await workers.start();
      return await use({ temporal, registry, as: (person) => clientOf(api, person), killed: () => workers.killed });
    } catch (error) {
      // Told before the servers go: what still asks them fails of that, and would be all that is seen.
      console.error(error);
      throw error;
    } finally {
      await workers.stop();
      await api.close();
      await registry.close();
      await Promise.all([connection.close(), database.stop()]);
    }
  });
}

/** A process of its own, as in production: what it computes keeps neither voters nor API waiting. */
async function startDatabase(folder: string): Promise<{ readonly connectionString: string; readonly database: Child }> {
  const port = await freePorts();
  const env = { PERENNIAL_STATE: folder, PERENNIAL_HOST: '127.0.0.1', PERENNIAL_PORT: `${port}` };
  const log = join(folder, 'database.log');
  const database = await forkReady(compiled('src/platform/database-main.js'), [], { env, log });
  return { connectionString: `postgres://postgres@127.0.0.1:${port}/postgres`, database };
}

const tokenOf = (person: string) => `token-of-${person}`;

async function saveTokens(registry: Registry): Promise<void> {
  for (const [name, roles] of Object.entries(people))
    await registry.saveToken({ name, roles, sha256: createHash('sha256').update(tokenOf(name)).digest('hex') });
}

function clientOf({ url }: RunningApi, person: Person): PerennialClient {
  return new PerennialClient({ url, token: tokenOf(person), env: {} });
}

class Workers {
  killed = 0;
  #running: Child[] = [];
  #ending = false;
  #murder: Promise<void> | null = null;
  readonly #args: string[];
  readonly #log: string;

  constructor(args: string[], log: string) {
    this.#args = args;
    this.#log = log;
  }

  async start(): Promise<void> {
    this.#running = await Promise.all([this.#fork(), this.#fork()]);
    this.#murder = this.#killForEver();
  }

  async stop(): Promise<void> {
    this.#ending = true;
    await this.#murder;
    await Promise.all(this.#running.map((worker) => worker.stop()));
  }

  #fork(): Promise<Child> {
    return forkReady(compiled('bench/evaluation/approval-child.js'), this.#args, { log: this.#log });
  }

  /** The older of the two, without warning; the next one comes up while the other goes on alone. */
  async #killForEver(): Promise<void> {
    while (!this.#ending) {
      await sleep(5_000);
      const victim = this.#running.shift();
      victim?.process.kill('SIGKILL');
      this.killed += 1;
      this.#running.push(await this.#fork());
    }
  }
}
