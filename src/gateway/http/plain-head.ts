/** What a prediction's request says before its body. */
export interface RequestHead {
  readonly model: string;
  /** Header x-model-version. */
  readonly version: string | null;
  /** Header x-request-id. */
  readonly requestId: string | null;
  /** The key that a consumer shows: x-api-key, or a bearer token. */
  readonly key: string | null;
}

export interface PlainHead extends RequestHead {
  readonly contentLength: number;
}

/** POST of a prediction in HTTP/1.1, each header on one line of visible letters: everything else is read by Node's own parser. */
const plain = /^POST \/v1\/models\/([\w.~-]{1,200})\/predict HTTP\/1\.1((?:\r\n[A-Za-z0-9-]+:[\t\x20-\x7e]*)+)$/;

/** Headers that change how a message is read, and so are not for a short-cut. */
const unusual = new Set([
  'transfer-encoding',
  'expect',
  'upgrade',
  'content-encoding',
  'te',
  'trailer',
  'proxy-connection',
]);

/**
 * Reads the head of a request that has nothing unusual about it; null for all others. Strict on purpose: a message that two readers could
 * understand differently is never read here.
 * @param text request line and headers, without the empty line
 */
export function readPlainHead(text: string): PlainHead | null {
  const match = plain.exec(text);
  if (match === null) return null;
  const headers = new Map<string, string>();
  for (const line of (match[2] ?? '').slice(2).split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (unusual.has(name) || headers.has(name)) return null;
    headers.set(name, line.slice(colon + 1).trim());
  }
  const length = headers.get('content-length') ?? '';
  const connection = headers.get('connection')?.toLowerCase() ?? 'keep-alive';
  if (!/^\d{1,9}$/.test(length) || connection !== 'keep-alive' || !headers.has('host')) return null;
  return { model: match[1] ?? '', contentLength: Number(length), ...headOf((name) => headers.get(name)) };
}

/** The part of the head that is the same however a request came in. */
export function headOf(header: (name: string) => string | readonly string[] | undefined): Omit<RequestHead, 'model'> {
  const one = (name: string): string | null => {
    const value = header(name);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const bearer = /^Bearer +(\S+)$/i.exec(one('authorization') ?? '')?.[1] ?? null;
  return { version: one('x-model-version'), requestId: one('x-request-id'), key: one('x-api-key') ?? bearer };
}
