import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type PlainHead, type RequestHead, readPlainHead } from './plain-head.ts';
import type { Respond } from './replies.ts';

export type LaneHandler = (head: RequestHead, body: Buffer, respond: Respond) => void;

export interface FastLane {
  /** Ends idle connections; busy ones end with their answer. */
  close(): void;
}

export interface FastLaneOptions {
  readonly handle: LaneHandler;
  /** Longer bodies are the server's to refuse. */
  readonly bodyBytes: number;
  /** A connection on which nothing happens is closed after this long. */
  readonly idleMs: number;
}

/** What may wait behind a request that is being answered, before the connection is no longer read. */
const mostHeld = 64 * 1024;
const longestHead = 4 * 1024;
const rememberedHeads = 256;

/**
 * Answers predictions before Node's HTTP server sees them: a request that lies in one piece on the wire, with nothing unusual about it,
 * costs a third. Whatever else arrives - other paths, chunked or unfinished bodies, pipelines, anything malformed - goes to the server
 * with its bytes untouched, and its connection stays there.
 */
export function openFastLane(server: Server, options: FastLaneOptions): FastLane {
  const toServer = server.listeners('connection');
  const lanes = new Set<Lane>();
  const readHead = rememberHeads();
  let closing = false;
  const host: LaneHost = {
    ...options,
    readHead,
    isClosing: () => closing,
    ended: (lane) => lanes.delete(lane),
    handOver: (socket) => {
      for (const listener of toServer) listener.call(server, socket);
    },
  };
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => lanes.add(new Lane(socket, host)));
  return {
    close() {
      closing = true;
      for (const lane of lanes) lane.endWhenIdle();
    },
  };
}

interface LaneHost extends FastLaneOptions {
  readonly readHead: (text: string) => PlainHead | null;
  readonly isClosing: () => boolean;
  readonly ended: (lane: Lane) => void;
  readonly handOver: (socket: Socket) => void;
}

/** One connection, one request at a time. */
class Lane {
  readonly #socket: Socket;
  readonly #host: LaneHost;
  #busy = false;
  #held: Buffer | null = null;
  #theyEnded = false;

  constructor(socket: Socket, host: LaneHost) {
    this.#socket = socket;
    this.#host = host;
    socket.setTimeout(host.idleMs);
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('timeout', this.#onTimeout);
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
  }

  endWhenIdle(): void {
    if (!this.#busy) this.#socket.end();
  }

  readonly #onData = (chunk: Buffer): void => {
    if (!this.#busy) this.#take(chunk);
    else {
      this.#held = this.#held === null ? chunk : Buffer.concat([this.#held, chunk]);
      if (this.#held.length > mostHeld) this.#socket.pause();
    }
  };

  readonly #onEnd = (): void => {
    this.#theyEnded = true;
    this.endWhenIdle();
  };

  readonly #onTimeout = (): void => {
    if (!this.#busy) this.#socket.destroy();
  };

  readonly #onError = (): void => void this.#socket.destroy();

  readonly #onClose = (): void => this.#host.ended(this);

  #take(chunk: Buffer): void {
    const end = chunk[0] === 0x50 ? chunk.indexOf('\r\n\r\n') : -1;
    const head = end > 0 && end < longestHead ? this.#host.readHead(chunk.toString('latin1', 0, end)) : null;
    if (head === null || head.contentLength > this.#host.bodyBytes || chunk.length !== end + 4 + head.contentLength) {
      this.#release(chunk);
      return;
    }
    this.#busy = true;
    this.#host.handle(head, chunk.subarray(end + 4), (status, headers, text) => this.#answer(status, headers, text));
  }

  #answer(status: number, headers: readonly (readonly [string, string])[], text: string): void {
    const socket = this.#socket;
    this.#busy = false;
    if (socket.destroyed) return;
    const ascii = Buffer.byteLength(text) === text.length;
    const length = ascii ? text.length : Buffer.byteLength(text);
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${length}\r\ndate: ${dateNow()}\r\n`;
    for (const [name, value] of headers) head += `${name}: ${value}\r\n`;
    socket.write(`${head}\r\n${text}`, ascii ? 'latin1' : 'utf8');
    if (this.#host.isClosing()) socket.end();
    else if (this.#held !== null) this.#takeHeld(this.#held);
    else if (this.#theyEnded) socket.end();
  }

  #takeHeld(chunk: Buffer): void {
    this.#held = null;
    if (this.#socket.isPaused()) this.#socket.resume();
    this.#take(chunk);
  }

  /** The server gets the connection as if it had just been opened, with this chunk as its first. */
  #release(chunk: Buffer): void {
    const socket = this.#socket;
    // Nothing can be put back into a stream that has ended.
    if (this.#theyEnded) return void socket.end();
    socket.setTimeout(0);
    socket.off('data', this.#onData).off('end', this.#onEnd).off('timeout', this.#onTimeout);
    socket.off('error', this.#onError).off('close', this.#onClose);
    this.#host.ended(this);
    this.#host.handOver(socket);
    socket.unshift(chunk);
  }
}

/** Clients repeat their heads to the letter: most requests find theirs read already. */
function rememberHeads(): (text: string) => PlainHead | null {
  const heads = new Map<string, PlainHead | null>();
  return (text) => {
    const known = heads.get(text);
    if (known !== undefined) return known;
    const head = readPlainHead(text);
    if (heads.size >= rememberedHeads) heads.clear();
    heads.set(text, head);
    return head;
  };
}

let dateSecond = 0;
let dateText = '';

function dateNow(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(second * 1000).toUTCString();
  }
  return dateText;
}
