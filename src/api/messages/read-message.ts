import { isCloudEvent, readCloudEvent } from './cloud-event.ts';
import { type Headers, type Message, readPlain, text, unreadable } from './message.ts';
import { isObjectEvent, readObjectEvent } from './object-event.ts';

/**
 * Reads a message in any of its forms: a CloudEvent (structured or binary), a notification of S3 (direct or through EventBridge),
 * or plain JSON.
 *
 * @throws PRN-API-003 it has none of these forms, and what it lacks
 */
export function readMessage(headers: Headers, body: Uint8Array): Message {
  const json = parseJson(body);
  if (isCloudEvent(headers, json)) return readCloudEvent(headers, json);
  if (isObjectEvent(json)) return readObjectEvent(json);
  const { model, asOf = null, reason = null, ...rest } = readPlain(json);
  const id = rest.id ?? text(headers['x-github-delivery']) ?? text(headers['idempotency-key']);
  return { source: rest.source ?? 'api', id, time: null, wanted: [{ by: 'model', model, asOf, reason }] };
}

function parseJson(body: Uint8Array): unknown {
  const read = Buffer.from(body).toString('utf8').trim();
  if (read === '') return {};
  try {
    return JSON.parse(read);
  } catch {
    throw unreadable('it is not JSON');
  }
}
