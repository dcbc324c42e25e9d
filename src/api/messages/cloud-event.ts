import { isObject } from '../../plan/checked.ts';
import { type Headers, type Message, readPlain, text, unreadable } from './message.ts';
import { isObjectEvent, readObjectEvent } from './object-event.ts';

/** Binary mode puts the attributes into headers, structured mode into the body (CloudEvents 1.0, HTTP binding). */
export function isCloudEvent(headers: Headers, json: unknown): boolean {
  if (headers['ce-specversion'] !== undefined) return true;
  const type = String(headers['content-type'] ?? '');
  return type.startsWith('application/cloudevents') || (isObject(json) && 'specversion' in json);
}

/** `subject` names the model, unless the data does; the event's own time is when it happened, not what is to be looked at. */
export function readCloudEvent(headers: Headers, json: unknown): Message {
  const binary = headers['ce-specversion'] !== undefined;
  const attribute = (name: string) => text(binary ? headers[`ce-${name}`] : isObject(json) ? json[name] : undefined);
  const required = (name: string) => {
    const value = attribute(name);
    if (value === null) throw unreadable(`the CloudEvent has no "${name}"`);
    return value;
  };
  const event = {
    version: required('specversion'),
    id: required('id'),
    source: required('source'),
    type: required('type'),
  };
  if (!event.version.startsWith('1.')) throw unreadable(`CloudEvents ${event.version} is not known, only 1.x`);
  const data = binary ? json : dataOf(json);
  const head = { source: event.source, id: event.id, time: attribute('time') };
  if (isObjectEvent(data)) return { ...head, wanted: readObjectEvent(data).wanted };
  const subject = attribute('subject');
  const plain = isObject(data) ? data : {};
  const named = 'model' in plain || subject === null ? plain : { ...plain, model: subject };
  const { model, asOf = null, reason = null } = readPlain(named);
  return { ...head, wanted: [{ by: 'model', model, asOf, reason: reason ?? event.type }] };
}

function dataOf(json: unknown): unknown {
  if (!isObject(json)) return {};
  if (typeof json.data_base64 !== 'string') return json.data ?? {};
  try {
    return JSON.parse(Buffer.from(json.data_base64, 'base64').toString('utf8'));
  } catch {
    throw unreadable('"data_base64" holds no JSON');
  }
}
