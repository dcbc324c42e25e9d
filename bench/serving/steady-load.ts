import { connect, type Socket } from 'node:net';

export interface Answered {
  readonly id: string;
  readonly status: number;
  readonly version: number;
  readonly fallback: boolean;
  /** performance.now() of sending and of the whole answer. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

export interface SteadyOptions {
  readonly url: string;
  readonly perSecond: number;
  readonly connections: number;
  readonly seconds: number;
  /** Ends the load before its time. */
  readonly enough?: () => boolean;
  /** The n-th request's features. */
  readonly features: (n: number) => object;
  readonly onAnswer: (answered: Answered) => void;
}

export interface SteadyLoad {
  readonly sent: number;
  /** Requests that the clock asked for while every connection was waiting for its answer: sent late. */
  readonly late: number;
  /** Connections that ended before their answer. */
  readonly broken: number;
}

const tickMs = 1;

/** Open-loop load: requests leave by the clock, not by the answers before them. Plain sockets, because an HTTP client costs more than the gateway. */
export function steadyLoad(options: SteadyOptions): Promise<SteadyLoad> {
  const { hostname, port, pathname } = new URL(options.url);
  const clients = Array.from(
    { length: options.connections },
    () => new Client(connect(Number(port), hostname), options),
  );
  const began = performance.now();
  let sent = 0;
  let late = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const elapsed = performance.now() - began;
      const due = Math.floor((Math.min(elapsed, options.seconds * 1000) / 1000) * options.perSecond);
      for (const client of clients) {
        if (sent >= due) break;
        if (client.isIdle()) client.send(pathname, sent++);
      }
      if (sent < due) late += 1;
      if (elapsed < options.seconds * 1000 && options.enough?.() !== true) return;
      clearInterval(timer);
      setTimeout(() => {
        for (const client of clients) client.end();
        resolve({ sent, late, broken: clients.filter((client) => client.isBroken()).length });
      }, 300);
    }, tickMs);
  });
}

class Client {
  readonly #socket: Socket;
  readonly #options: SteadyOptions;
  #waiting: { readonly id: string; readonly sentAt: number } | null = null;
  #text = '';
  #broken = false;

  constructor(socket: Socket, options: SteadyOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#read(chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#waiting !== null) this.#broken = true;
    });
  }

  isIdle(): boolean {
    return this.#waiting === null && !this.#socket.destroyed;
  }

  isBroken(): boolean {
    return this.#broken;
  }

  end(): void {
    this.#socket.destroy();
  }

  send(path: string, n: number): void {
    const id = `q${n}`;
    const body = JSON.stringify({ id, features: this.#options.features(n) });
    this.#waiting = { id, sentAt: performance.now() };
    this.#socket.write(
      `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }

  #read(text: string): void {
    this.#text += text;
    const end = this.#text.indexOf('\r\n\r\n');
    const length = Number(/content-length: (\d+)/.exec(this.#text)?.[1] ?? Number.NaN);
    if (end < 0 || !(this.#text.length >= end + 4 + length) || this.#waiting === null) return;
    const head = this.#text.slice(0, end);
    this.#text = '';
    const { id, sentAt } = this.#waiting;
    this.#waiting = null;
    this.#options.onAnswer({
      id,
      status: Number(head.slice(9, 12)),
      version: Number(/x-perennial-version: (\d+)/.exec(head)?.[1] ?? 0),
      fallback: head.includes('x-perennial-fallback'),
      sentAt,
      answeredAt: performance.now(),
    });
  }
}
