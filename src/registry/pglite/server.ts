import { mkdir } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { PGlite } from '@electric-sql/pglite';
import { isPerennialError, PerennialError } from '../../errors/error.ts';
import { type Session, serveClient } from './client.ts';
import { lockFolder } from './folder-lock.ts';
import { turns } from './turns.ts';

export interface EmbeddedDatabase {
  readonly connectionString: string;
  /** Ends the connections, writes everything to the folder and frees it. */
  close(): Promise<void>;
}

/**
 * PostgreSQL in this process, for every process of this machine that has the `pg` driver. There is no password: `host` should
 * stay on the loopback. The first start makes the database, which takes seconds. Session state (SET, LISTEN, prepared names,
 * session locks) is shared by all clients, and notifications do not arrive: this adapter's clients use neither.
 *
 * @param options.port 0 for any free port
 * @throws PRN-REGISTRY-012 when another process serves the folder
 * @throws PRN-REGISTRY-013 when the database or its port cannot be opened
 */
export async function startEmbeddedDatabase({
  folder,
  port,
  host = '127.0.0.1',
}: {
  readonly folder: string;
  readonly port: number;
  readonly host?: string;
}): Promise<EmbeddedDatabase> {
  let unlock = async (): Promise<void> => {};
  try {
    await mkdir(folder, { recursive: true });
    unlock = await lockFolder(folder);
    const db = await PGlite.create(folder);
    const { server, sockets } = await serve(db, host, port);
    const { port: chosen } = server.address() as AddressInfo;
    return {
      connectionString: `postgres://postgres@${host}:${chosen}/postgres`,
      close: async () => {
        const closed = new Promise((done) => server.close(done));
        for (const socket of sockets) socket.destroy();
        await closed;
        await db.close();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    if (isPerennialError(error)) throw error;
    const message = `The embedded database in ${folder} could not be started on ${host}:${port}: ${textOf(error)}`;
    throw new PerennialError('PRN-REGISTRY-013', { message, cause: error, details: { folder, host, port } });
  }
}

async function serve(db: PGlite, host: string, port: number) {
  const session: Session = {
    execute: (messages, answer) => db.runExclusive(() => db.execProtocolRawStream(messages, { onRawData: answer })),
  };
  const queue = turns();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveClient(socket, session, queue).catch(endProcess);
  });
  try {
    await listen(server, host, port);
  } catch (error) {
    await db.close();
    throw error;
  }
  return { server, sockets };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}

/** SQL errors are answers; what is thrown means that PGlite itself is broken. A supervisor starts a new process. */
function endProcess(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
