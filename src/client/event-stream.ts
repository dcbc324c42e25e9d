import { setTimeout as sleep } from 'node:timers/promises';
import { PerennialError } from '../errors/error.ts';
import { errorOfBody } from './failures.ts';
import type { Http } from './http.ts';

export interface ServerEvent {
  readonly event: string;
  readonly id: string | null;
  readonly data: string;
}

const reconnectAtMost = 20;

/**
 * The states that the server sends until it says `closed`. A lost connection is taken up again with Last-Event-ID, so that a
 * restart of the API is not noticed. Ends quietly when `signal` fires.
 */
export async function* followStates<T>(http: Http, path: string, signal?: AbortSignal): AsyncGenerator<T, void> {
  let lastId: string | null = null;
  for (let lost = 0; lost <= reconnectAtMost; lost += 1) {
    try {
      const headers = { accept: 'text/event-stream', ...(lastId ? { 'last-event-id': lastId } : {}) };
      const response = await http.open(path, { headers, ...(signal ? { signal } : {}) });
      for await (const event of readEvents(response)) {
        if (event.event === 'error') throw errorOfBody(500, JSON.parse(event.data), path);
        // The state before `closed` was sent as `progress`, unless it had been before the connection was lost.
        const fresh = event.id !== lastId;
        lastId = event.id;
        lost = 0;
        if (fresh) yield JSON.parse(event.data) as T;
        if (event.event === 'closed') return;
      }
    } catch (error) {
      if (signal?.aborted) return;
      const gone = error instanceof PerennialError && !error.retryable;
      if (gone || lost === reconnectAtMost || lastId === null) throw error;
    }
    await sleep(Math.min(250 * 2 ** lost, 5_000), undefined, signal ? { signal } : {}).catch(() => undefined);
    if (signal?.aborted) return;
  }
}

/** Server-sent events of a response, by the rules of the HTML standard that our server uses. */
export async function* readEvents(response: Response): AsyncGenerator<ServerEvent, void> {
  const decoder = new TextDecoder();
  let buffer = '';
  for await (const chunk of response.body ?? []) {
    buffer += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = buffer.split('\n\n');
    buffer = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parseEvent(block);
      if (event) yield event;
    }
  }
}

function parseEvent(block: string): ServerEvent | null {
  let event = 'message';
  let id: string | null = null;
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [, field, value = ''] = /^([a-z]+): ?(.*)$/.exec(line) ?? [];
    if (field === 'event') event = value;
    if (field === 'id') id = value;
    if (field === 'data') data.push(value);
  }
  return data.length > 0 ? { event, id, data: data.join('\n') } : null;
}
