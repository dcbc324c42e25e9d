import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type JS } from '@duckdb/node-api';

export interface DatabaseOptions {
  /** Where DuckDB may spill what does not fit into `memoryLimit`. Made when absent. */
  readonly tempFolder: string;
  /** DuckDB's size text, `"1GB"` unless told otherwise. */
  readonly memoryLimit?: string;
  /** Threads for queries; DuckDB's own choice (the cores) unless told otherwise. */
  readonly threads?: number;
}

export type Row = Readonly<Record<string, JS>>;

/** An in-memory database that lives for one task. Its time zone is UTC and it never downloads an extension. */
export interface Database {
  readonly connection: DuckDBConnection;
  /** A second connection, for a result that is fetched while that of the first one is; it sees all but the temporary tables. */
  beside(): Promise<DuckDBConnection>;
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<readonly Row[]>;
}

/** Opens a database, hands it to `task`, and closes it whatever happens. */
export async function withDatabase<T>(options: DatabaseOptions, task: (database: Database) => Promise<T>): Promise<T> {
  await mkdir(options.tempFolder, { recursive: true });
  // A spill folder of its own: two instances in one folder would use the same file names.
  const spill = await mkdtemp(join(options.tempFolder, 'duckdb-'));
  try {
    const instance = await DuckDBInstance.create(':memory:', settings(options, spill));
    try {
      return await withConnection(instance, task);
    } finally {
      instance.closeSync();
    }
  } finally {
    await rm(spill, { recursive: true, force: true });
  }
}

function settings({ memoryLimit = '1GB', threads }: DatabaseOptions, spill: string): Record<string, string> {
  return {
    memory_limit: memoryLimit,
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    ...(threads === undefined ? {} : { threads: String(threads) }),
  };
}

async function withConnection<T>(instance: DuckDBInstance, task: (database: Database) => Promise<T>): Promise<T> {
  const connection = await connect(instance);
  let second: Promise<DuckDBConnection> | undefined;
  try {
    return await task({
      connection,
      beside: () => {
        second ??= connect(instance);
        return second;
      },
      run: async (sql) => {
        await connection.run(sql);
      },
      rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJS(),
    });
  } finally {
    // One that was not to be had has been reported to who asked for it.
    (await second?.catch(() => undefined))?.closeSync();
    connection.closeSync();
  }
}

async function connect(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return connection;
}
