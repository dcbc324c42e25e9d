import { sql } from 'kysely';
import type { Registry } from '../registry.ts';
import { alarmMethods } from './alarms.ts';
import { checkMethods } from './checks.ts';
import { consumerMethods } from './consumers.ts';
import { delegationMethods } from './delegations.ts';
import { eventMethods } from './events.ts';
import { evidenceMethods } from './evidence.ts';
import { leaseMethods } from './leases.ts';
import { machineMethods } from './machines.ts';
import { messageMethods } from './messages.ts';
import { modelMethods } from './models.ts';
import { muteMethods } from './mutes.ts';
import { noticeMethods } from './notices.ts';
import { poolMethods } from './pools.ts';
import { routeMethods } from './routes.ts';
import { runMethods } from './runs.ts';
import { stageCacheMethods } from './stage-cache.ts';
import { stageMethods } from './stages.ts';
import { openStore } from './store.ts';
import { tokenMethods } from './tokens.ts';
import { versionMethods } from './versions.ts';

export { migrate } from './migrate.ts';

export interface RegistryOptions {
  readonly connectionString: string;
  /** Of this process; default 4. */
  readonly maxConnections?: number;
  /** Do not look for the database yet: for programs that must start, and go on, without it. */
  readonly lazy?: boolean;
  /** The clock of everything that is written; for tests and for replays of past days. */
  readonly now?: () => Date;
}

/**
 * The registry on PostgreSQL, or on the embedded database that speaks its protocol. `migrate` must have run before.
 *
 * @throws PRN-REGISTRY-010 when the database cannot be reached (retryable)
 * @throws PRN-REGISTRY-011 when it holds no Perennial tables
 */
export async function connectRegistry({
  connectionString,
  maxConnections = 4,
  lazy = false,
  now = () => new Date(),
}: RegistryOptions): Promise<Registry> {
  const store = openStore(connectionString, maxConnections, now);
  try {
    if (!lazy) await store.read((db) => sql`select 1 from route limit 1`.execute(db));
  } catch (error) {
    await store.close();
    throw error;
  }
  return {
    ...modelMethods(store),
    ...runMethods(store),
    ...stageMethods(store),
    ...versionMethods(store),
    ...evidenceMethods(store),
    ...routeMethods(store),
    ...alarmMethods(store),
    ...checkMethods(store),
    ...muteMethods(store),
    ...messageMethods(store),
    ...eventMethods(store),
    ...tokenMethods(store),
    ...consumerMethods(store),
    ...delegationMethods(store),
    ...noticeMethods(store),
    ...machineMethods(store),
    ...leaseMethods(store),
    ...poolMethods(store),
    ...stageCacheMethods(store),
    close: () => store.close(),
  };
}
