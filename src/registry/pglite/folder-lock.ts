import { createHash } from 'node:crypto';
import { realpath, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PerennialError } from '../../errors/error.ts';

/**
 * Two processes on one data folder would destroy it. A local socket is the lock: unlike a file with a process id it ends with its
 * process, also after kill -9, and a restarted container that gives the old id to another program cannot confuse it.
 *
 * @returns the way to give the folder free
 * @throws PRN-REGISTRY-012
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = lockPath(await realpath(folder));
  const server = (await listen(path)) ?? (await replaceStale(path));
  if (server === null) {
    const message = `The embedded database in ${folder} is already served by another process`;
    throw new PerennialError('PRN-REGISTRY-012', { message, details: { folder } });
  }
  server.unref();
  return () => new Promise((done) => server.close(() => done()));
}

/** Not in the folder itself: paths of local sockets must be shorter than about 100 bytes. */
function lockPath(folder: string): string {
  const name = `perennial-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.lock`);
}

async function replaceStale(path: string): Promise<Server | null> {
  if (await isServed(path)) return null;
  await unlink(path).catch(() => {});
  return listen(path);
}

function listen(path: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    server.listen(path, () => resolve(server));
  });
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
