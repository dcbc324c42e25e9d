import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { endOfDay, matchSource } from '../../../src/api/messages/matching.ts';
import type { Headers } from '../../../src/api/messages/message.ts';
import { readMessage } from '../../../src/api/messages/read-message.ts';
import { isSigned } from '../../../src/api/messages/signature.ts';
import { bridged, cloudEvent, objectCreated } from './message-forms.ts';

const read = (json: unknown, headers: Headers = {}) => readMessage(headers, Buffer.from(JSON.stringify(json)));
const model = (name: string, reason: string | null = null) => ({ by: 'model', model: name, asOf: null, reason });

describe('a message', () => {
  it('is plain JSON', () => {
    const plain = { model: 'delays', asOf: '2030-01-02', reason: 'loaded', id: 'load-7', source: 'airflow', rows: 12 };
    expect(read(plain)).toEqual({
      ...{ source: 'airflow', id: 'load-7', time: null },
      wanted: [{ by: 'model', model: 'delays', asOf: '2030-01-02T00:00:00.000Z', reason: 'loaded' }],
    });
    expect(read({ model: 'delays' }, { 'x-github-delivery': 'g-1' })).toMatchObject({ source: 'api', id: 'g-1' });
  });

  it('is a CloudEvent in structured mode, with the model in its data or as its subject', () => {
    const head = { source: '/etl/nightly', id: 'e-1' };
    expect(read(cloudEvent({ model: 'delays' }))).toMatchObject({
      ...head,
      wanted: [model('delays', 'org.example.loaded')],
    });
    expect(read(cloudEvent(undefined, { subject: 'delays' }))).toMatchObject({
      wanted: [model('delays', 'org.example.loaded')],
    });
    const data_base64 = Buffer.from('{"model":"delays","reason":"why"}').toString('base64');
    expect(read(cloudEvent(undefined, { data_base64 }))).toMatchObject({ wanted: [model('delays', 'why')] });
  });

  it('is a CloudEvent in binary mode', () => {
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': 'e-2',
      'ce-source': '/x',
      'ce-type': 't',
      'ce-subject': 'delays',
    };
    expect(readMessage(headers, Buffer.from(''))).toMatchObject({
      source: '/x',
      id: 'e-2',
      wanted: [model('delays', 't')],
    });
    expect(read({ model: 'other' }, headers)).toMatchObject({ wanted: [model('other', 't')] });
  });

  it('is a notification of S3, direct or through EventBridge, also inside a CloudEvent', () => {
    const key = 'day=2030-01-01/part 1.parquet';
    const wanted = [{ by: 'object', bucket: 'lake', key }];
    expect(read(objectCreated('lake', key))).toMatchObject({ source: 's3', time: '2030-01-02T03:04:05.678Z', wanted });
    expect(read(objectCreated('lake', key)).id).toBe(read(objectCreated('lake', key)).id);
    expect(read(objectCreated('lake', key)).id).not.toBe(read(objectCreated('lake', key, '0B')).id);
    expect(read(bridged('lake', key))).toMatchObject({ source: 's3', id: 'bridge-1', wanted });
    expect(read(cloudEvent(objectCreated('lake', key)))).toMatchObject({ source: '/etl/nightly', id: 'e-1', wanted });
  });

  it('of S3 asks for nothing where an object was removed, or the notification was only tried', () => {
    const removed = JSON.parse(
      JSON.stringify(objectCreated('lake', 'k')).replace('ObjectCreated:Put', 'ObjectRemoved:Delete'),
    );
    expect(read(removed)).toMatchObject({ id: null, wanted: [] });
    expect(read({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'lake' })).toMatchObject({ wanted: [] });
    expect(read({ ...bridged('lake', 'k'), 'detail-type': 'Object Deleted' })).toMatchObject({ wanted: [] });
  });

  it.each([
    [{}, 'model'],
    [{ model: 'No Name' }, 'a model name'],
    [{ model: 'delays', asOf: 'soon' }, 'asOf'],
    [cloudEvent({ model: 'delays' }, { id: '' }), 'no "id"'],
    [cloudEvent({}, {}), 'model'],
    [cloudEvent({ model: 'delays' }, { specversion: '0.3' }), 'CloudEvents 0.3'],
    [cloudEvent(undefined, { data_base64: '!' }), 'data_base64'],
    [[1], 'expected object'],
  ])('is refused when it is %j', (json, why) => {
    expect(() => read(json)).toThrow(
      expect.objectContaining({ code: 'PRN-API-003', message: expect.stringContaining(why) }),
    );
  });

  it('is refused when it is no JSON at all', () => {
    expect(() => readMessage({}, Buffer.from('model=delays'))).toThrow('it is not JSON');
  });
});

describe('an object', () => {
  it.each([
    ['s3://lake/flights/day={date}/*.parquet', 'flights/day=2030-01-01/a.parquet', '2030-01-01'],
    ['s3://lake/flights/day={date}/*.parquet', 'flights/day=2030-01-01/b/a.parquet', false],
    ['s3://lake/flights/day={date}/*.parquet', 'flights/day=2030-1-1/a.parquet', false],
    ['s3://lake/flights/day={date}/**', 'flights/day=2030-01-01/b/a.parquet', '2030-01-01'],
    ['s3://lake/{date}/{date}.csv', '2030-01-01/2030-01-01.csv', '2030-01-01'],
    ['s3://lake/{date}/{date}.csv', '2030-01-01/2030-01-02.csv', false],
    ['s3://lake/all.(v1)+[x].csv', 'all.(v1)+[x].csv', null],
    ['s3://lake/all.csv', 'allXcsv', false],
    ['s3://other/all.csv', 'all.csv', false],
    ['file:lake/all.csv', 'all.csv', false],
  ])('of %s may be %s: %s', (uri, key, day) => {
    const expected = day === false ? { matches: false } : { matches: true, day };
    expect(matchSource(uri, 'lake', key)).toEqual(expected);
  });

  it('asks for the look that holds its day, as far as that has come', () => {
    expect(endOfDay('2030-01-01', new Date('2030-01-05T07:00:00Z')).toISOString()).toBe('2030-01-02T00:00:00.000Z');
    expect(endOfDay('2030-01-01', new Date('2030-01-01T07:00:00Z')).toISOString()).toBe('2030-01-01T07:00:00.000Z');
  });
});

describe('a signature', () => {
  const secret = 'it is a secret to everybody';
  const body = Buffer.from('{"model":"delays"}');
  const good = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

  it('fits the bytes and the secret', () => {
    expect(isSigned(body, good, secret)).toBe(true);
    expect(isSigned(Buffer.from('{"model": "delays"}'), good, secret)).toBe(false);
    expect(isSigned(body, good, 'another secret')).toBe(false);
  });

  it.each(['', 'sha256=', 'sha1=00', `${good}00`, good.slice(0, -2)])('is refused as %s', (signature) => {
    expect(isSigned(body, signature, secret)).toBe(false);
  });
});
