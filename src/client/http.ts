import { PerennialError } from '../errors/error.ts';
import { errorOfBody, errorOfFetch } from './failures.ts';

export interface HttpOptions {
  readonly url: string;
  readonly token: string | null;
  readonly fetch: typeof fetch;
  /** Who is calling, for the audit trail. */
  readonly via: 'client' | 'cli';
  /** How errors name the server. */
  readonly what: string;
}

export interface Ask {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly timeoutMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** A status besides 2xx whose body is an answer all the same. */
  readonly accept?: number;
}

/** One server, one token: JSON in, JSON out, every failure a PerennialError. */
export class Http {
  readonly #options: HttpOptions;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  async get<T>(path: string, ask: Ask = {}): Promise<T> {
    return (await this.#json('GET', path, ask)) as T;
  }

  async post<T>(path: string, body: unknown = {}, ask: Ask = {}): Promise<T> {
    return (await this.#json('POST', path, { ...ask, body })) as T;
  }

  /** The raw answer, for streams; refused ones have already been thrown. */
  async open(path: string, ask: Ask): Promise<Response> {
    const response = await this.#send('GET', path, ask, ask.signal);
    if (!response.ok) throw errorOfBody(response.status, await bodyOf(response), this.#options.url);
    return response;
  }

  async #json(method: string, path: string, ask: Ask): Promise<unknown> {
    const timeout = AbortSignal.timeout(ask.timeoutMs ?? 30_000);
    const signal = ask.signal ? AbortSignal.any([timeout, ask.signal]) : timeout;
    const response = await this.#send(method, path, ask, signal);
    const body = await bodyOf(response);
    if (!response.ok && response.status !== ask.accept) throw errorOfBody(response.status, body, this.#options.url);
    if (body === undefined) {
      throw new PerennialError('PRN-CLI-006', { message: `${this.#options.url}${path} did not answer with JSON.` });
    }
    return body;
  }

  async #send(method: string, path: string, ask: Ask, signal: AbortSignal | undefined): Promise<Response> {
    const { url, token, via, what } = this.#options;
    const headers = {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(ask.body === undefined ? {} : { 'content-type': 'application/json' }),
      'x-perennial-via': via,
      ...ask.headers,
    };
    const body = ask.body === undefined ? {} : { body: JSON.stringify(ask.body) };
    try {
      const target = `${url}${path}${search(ask.query)}`;
      return await this.#options.fetch(target, { method, headers, ...body, ...(signal ? { signal } : {}) });
    } catch (error) {
      if (ask.signal?.aborted) throw error;
      throw errorOfFetch(error, url, what);
    }
  }
}

function search(query: Ask['query'] = {}): string {
  const given = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) given.set(key, String(value));
  return given.size > 0 ? `?${given}` : '';
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
