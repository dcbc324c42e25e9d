import { createHash } from 'node:crypto';
import { isObject } from '../../plan/checked.ts';
import { type Message, text, type Wanted } from './message.ts';

/** A notification of S3, as it sends it itself (and its test message) or as EventBridge does. */
export function isObjectEvent(json: unknown): boolean {
  if (!isObject(json)) return false;
  if (json.Event === 's3:TestEvent') return true;
  return isDirect(json) || (json.source === 'aws.s3' && isObject(json.detail));
}

/** Only objects that were made: what was removed is found by the next check. Keys of direct notifications are URL-encoded. */
export function readObjectEvent(json: unknown): Message {
  if (!isObject(json) || json.Event === 's3:TestEvent') return { source: 's3', id: null, time: null, wanted: [] };
  if (!isDirect(json)) return readBridged(json);
  const made = recordsOf(json).filter(({ eventName }) =>
    String(eventName).replace(/^s3:/, '').startsWith('ObjectCreated:'),
  );
  const wanted = made.flatMap(({ s3 }) => object(s3, (key) => decodeURIComponent(key.replaceAll('+', ' '))));
  const id = createHash('sha256')
    .update(JSON.stringify(made.map(({ eventName, s3 }) => [eventName, s3])))
    .digest('hex');
  return { source: 's3', id: made.length > 0 ? id : null, time: text(made[0]?.eventTime), wanted };
}

function readBridged(json: Record<string, unknown>): Message {
  const created = json['detail-type'] === 'Object Created';
  const wanted = created ? object(json.detail, (key) => key) : [];
  return { source: 's3', id: text(json.id), time: text(json.time), wanted };
}

function object(place: unknown, decode: (key: string) => string): Wanted[] {
  if (!isObject(place) || !isObject(place.bucket) || !isObject(place.object)) return [];
  const [bucket, key] = [text(place.bucket.name), text(place.object.key)];
  return bucket === null || key === null ? [] : [{ by: 'object', bucket, key: decode(key) }];
}

function isDirect(json: Record<string, unknown>): boolean {
  const records = recordsOf(json);
  return (
    records.length > 0 &&
    records.every(({ eventSource, s3 }) => /^(aws|minio):s3$/.test(String(eventSource)) || isObject(s3))
  );
}

function recordsOf({ Records }: Record<string, unknown>): readonly Record<string, unknown>[] {
  return Array.isArray(Records) ? Records.filter(isObject) : [];
}
