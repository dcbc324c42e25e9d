import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import type { Tables } from './tables.ts';

const connectWithinMs = 5_000;
const answerWithinMs = 30_000;

/** A pool that replaces broken connections: it outlives restarts of the database. */
export function openDatabase(connectionString: string, maxConnections: number): Kysely<Tables> {
  const pool = new Pool({
    connectionString,
    max: maxConnections,
    connectionTimeoutMillis: connectWithinMs,
    // A client that died between BEGIN and COMMIT must not keep the others waiting for its locks.
    idle_in_transaction_session_timeout: answerWithinMs,
    statement_timeout: answerWithinMs,
    application_name: 'perennial',
    keepAlive: true,
  });
  // A broken connection, idle or in use, fails its own query and is replaced; without listeners it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}
