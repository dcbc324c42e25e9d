import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isPerennialError, PerennialError } from '../../errors/error.ts';
import { toBody } from './failures.ts';

export interface Watched<T> {
  readonly state: T;
  /** The last state: the stream ends after it. */
  readonly closed: boolean;
}

const lookEveryMs = 1_000;
const keepAliveEveryMs = 15_000;

/**
 * Server-sent events: one `progress` each time the state differs, `closed` at the end. The event's id is the digest of the
 * state, so that a client that comes back with Last-Event-ID is told nothing twice and needs no replay: the state is whole.
 */
export async function streamStates<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  read: () => Promise<Watched<T>>,
): Promise<void> {
  const first = await read();
  reply.hijack();
  const out = reply.raw;
  out.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  const gone = new AbortController();
  out.on('close', () => gone.abort());
  const write = (event: string, data: unknown, id?: string) =>
    out.write(`event: ${event}\n${id ? `id: ${id}\n` : ''}data: ${JSON.stringify(data)}\n\n`);
  try {
    await follow(first, read, {
      write,
      lastId: String(request.headers['last-event-id'] ?? ''),
      gone: gone.signal,
      out,
    });
  } catch (error) {
    const known = isPerennialError(error)
      ? error
      : new PerennialError('PRN-API-011', { message: 'The stream failed.', cause: error });
    request.log.warn({ err: error }, known.message);
    write('error', toBody(known));
  }
  out.end();
}

interface Stream {
  readonly write: (event: string, data: unknown, id?: string) => void;
  readonly lastId: string;
  readonly gone: AbortSignal;
  readonly out: { write(text: string): unknown };
}

async function follow<T>(first: Watched<T>, read: () => Promise<Watched<T>>, stream: Stream): Promise<void> {
  let { lastId } = stream;
  let quietMs = 0;
  for (let watched = first; !stream.gone.aborted; watched = await read()) {
    const id = digest(watched.state);
    if (id !== lastId) stream.write('progress', watched.state, id);
    quietMs = id === lastId ? quietMs + lookEveryMs : 0;
    lastId = id;
    if (watched.closed) return stream.write('closed', watched.state, id);
    if (quietMs >= keepAliveEveryMs) {
      stream.out.write(': still here\n\n');
      quietMs = 0;
    }
    await sleep(lookEveryMs, undefined, { signal: stream.gone }).catch(() => undefined);
  }
}

function digest(state: unknown): string {
  return createHash('sha256').update(JSON.stringify(state)).digest('hex').slice(0, 16);
}
